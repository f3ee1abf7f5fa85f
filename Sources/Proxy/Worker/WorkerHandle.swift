internal import Platform
internal import Runtime

/// The control thread's hold on a worker: its mailbox and its thread.
final class WorkerHandle {
    let mailbox: Mailbox<WorkerMessage>
    private let thread: WorkerThread

    /// Starts a worker in a thread of its own.
    init(_ start: WorkerStart) throws(SystemError) {
        let mailbox = try Mailbox<WorkerMessage>()
        self.mailbox = mailbox
        thread = try WorkerThread(name: "worker-\(start.index)", Self.life(start, mailbox))
    }

    /// Waits for its end.
    func join() {
        thread.join()
    }

    /// All that a worker's thread does.
    private static func life(_ start: WorkerStart, _ mailbox: Mailbox<WorkerMessage>) -> @Sendable () -> Void
    {
        {
            let failure = run(start, mailbox)
            // The control thread empties its mailbox all the time: it will be taken.
            while !start.control.post(.workerEnded(failure: failure)) {}
        }
    }

    /// Answers why it ended, unless it was told to.
    private static func run(_ start: WorkerStart, _ mailbox: Mailbox<WorkerMessage>) -> GatewayError? {
        do throws(GatewayError) {
            let worker = try Worker(start)
            defer { worker.dissolve() }
            do {
                let receiver = try mailbox.attach(to: worker.loop) { worker.receive($0) }
                defer { worker.loop.detach(receiver) }
                try worker.loop.run()
            } catch {
                throw .system(error)
            }
            return nil
        } catch {
            return error
        }
    }
}
