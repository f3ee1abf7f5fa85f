internal import Configuration
internal import Platform
internal import Runtime

/// Writes the access log in a thread of its own, so that a slow disk never holds up a worker. Bounded: what the
/// workers leave beyond the limit is dropped and counted.
final class AccessLogWriter: Sendable {
    /// How many pieces, each of at most `AccessLogBuffer.pieceBytes`, may wait for the disk.
    private static let waitingPieces = 128

    /// How long the end of the program waits for the disk.
    private static let lastPatience = Duration.seconds(1)

    private enum Message: Sendable {
        case lines([UInt8])
        case open(AccessLogConfiguration.Destination)
        case end

        var isOpen: Bool { if case .open = self { true } else { false } }
    }

    private let mailbox: Mailbox<Message>
    private let thread: WorkerThread
    /// What has become of the pieces.
    let tally: AccessLogTally

    /// Opens the destination and starts the thread.
    init(_ destination: AccessLogConfiguration.Destination) throws(SystemError) {
        let (mailbox, tally) = (try Mailbox<Message>(limit: Self.waitingPieces), try AccessLogTally())
        (self.mailbox, self.tally) = (mailbox, tally)
        // Refused here and not later in the thread, where nobody would hear of it.
        _ = try Self.file(destination)
        thread = try WorkerThread(name: "access-log") { Self.run(destination, mailbox, tally) }
    }

    /// Leaves whole lines to be written.
    func write(_ lines: [UInt8]) {
        tally.noteWaiting()
        if !mailbox.post(.lines(lines)) { tally.noteDone(isWritten: false) }
    }

    /// Opens the file again: after it was renamed, or because the configuration names another.
    func open(_ destination: AccessLogConfiguration.Destination) {
        mailbox.order(.open(destination), insteadOf: \.isOpen)
    }

    /// Writes what waits and ends the thread; what a disk or a reader that hangs does not take in time is lost.
    func end() {
        mailbox.order(.end)
        if tally.waitForEnd(upTo: Self.lastPatience) { thread.join() }
        tally.giveUp()
    }

    private static func run(
        _ destination: AccessLogConfiguration.Destination, _ mailbox: Mailbox<Message>,
        _ tally: AccessLogTally
    ) {
        defer { tally.noteEnd() }
        guard let loop = try? EventLoop() else { return }
        var log = Log(file: nil)
        log.open(destination)
        let receiver = try? mailbox.attach(to: loop) { message in
            switch message {
            case .lines(let lines):
                // Counted already.
                if tally.hasGivenUp { return }
                tally.noteDone(isWritten: log.append(lines))
            case .open(let destination): log.open(destination)
            case .end: loop.stop()
            }
        }
        guard let receiver else { return }
        try? loop.run()
        loop.detach(receiver)
    }

    private static func file(
        _ destination: AccessLogConfiguration.Destination
    ) throws(SystemError) -> AppendFile {
        switch destination {
        case .standardOutput: try .standardOutput()
        case .file(let path): try AppendFile(path: path)
        }
    }

    /// The open file, on the writer's thread. A file that can't be opened or written leaves the old one, or none.
    private struct Log: ~Copyable {
        var file: AppendFile?

        mutating func open(_ destination: AccessLogConfiguration.Destination) {
            if let opened = try? AccessLogWriter.file(destination) { file = consume opened }
        }

        /// False if the disk is full or gone: the requests go on without their lines.
        borrowing func append(_ lines: [UInt8]) -> Bool {
            do throws(SystemError) {
                guard file != nil else { return false }
                try file?.append(lines.span)
                return true
            } catch {
                return false
            }
        }
    }
}
