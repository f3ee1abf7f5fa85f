internal import Platform
internal import Runtime

/// The control thread's hold on a worker: its mailbox and its thread.
final class WorkerHandle {
    private let mailbox: Mailbox<WorkerMessage>
    private let thread: WorkerThread

    /// Starts a worker in a thread of its own.
    init(_ start: WorkerStart) throws(SystemError) {
        let mailbox = try Mailbox<WorkerMessage>()
        self.mailbox = mailbox
        thread = try WorkerThread(name: "worker-\(start.index)", Self.life(start, mailbox))
    }

    /// Tells it something. Nothing that a worker is told is lost.
    func tell(_ message: WorkerMessage) {
        mailbox.order(message, insteadOf: message.makesNeedless)
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
            start.control.order(.workerEnded(failure: failure))
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
                start.control.order(.workerStarted)
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
