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
    private static func life(_ start: WorkerStart, _ mailbox: Mailbox<WorkerMessage>) -> @Sendable () -> Void {
        {
            run(start, mailbox)
            // The control thread empties its mailbox all the time: it will be taken.
            while !start.control.post(.workerEnded(start.index)) {}
        }
    }

    private static func run(_ start: WorkerStart, _ mailbox: Mailbox<WorkerMessage>) {
        guard let worker = try? Worker(start) else { return }
        guard let receiver = try? mailbox.attach(to: worker.loop, { worker.receive($0) }) else { return }
        try? worker.loop.run()
        worker.loop.detach(receiver)
    }
}
