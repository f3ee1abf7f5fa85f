internal import Configuration
internal import Platform
internal import Runtime
internal import Synchronization

/// Writes the access log in a thread of its own, so that a slow disk never holds up a worker. Bounded: what the
/// workers leave beyond the limit is dropped and counted.
final class AccessLogWriter: Sendable {
    /// How many pieces, each of at most `AccessLogBuffer.pieceBytes`, may wait for the disk.
    private static let waitingPieces = 128

    private enum Message: Sendable {
        case lines([UInt8])
        case open(AccessLogConfiguration.Destination)
        case end
    }

    private let mailbox: Mailbox<Message>
    private let thread: WorkerThread
    private let lost = Atomic<Int>(0)

    /// Opens the destination and starts the thread.
    init(_ destination: AccessLogConfiguration.Destination) throws(SystemError) {
        let mailbox = try Mailbox<Message>(limit: Self.waitingPieces)
        self.mailbox = mailbox
        // Refused here and not later in the thread, where nobody would hear of it.
        _ = try Self.file(destination)
        thread = try WorkerThread(name: "access-log") { Self.run(destination, mailbox) }
    }

    /// How many pieces were dropped because the disk was too slow.
    var lostPieces: Int { lost.load(ordering: .relaxed) }

    /// Leaves whole lines to be written.
    func write(_ lines: [UInt8]) {
        if !mailbox.post(.lines(lines)) { lost.wrappingAdd(1, ordering: .relaxed) }
    }

    /// Opens the file again: after it was renamed, or because the configuration names another.
    func open(_ destination: AccessLogConfiguration.Destination) {
        mailbox.post(.open(destination))
    }

    /// Writes what waits and ends the thread.
    func end() {
        while !mailbox.post(.end) {}
        thread.join()
    }

    private static func run(_ destination: AccessLogConfiguration.Destination, _ mailbox: Mailbox<Message>) {
        guard let loop = try? EventLoop() else { return }
        var log = Log(file: nil)
        log.open(destination)
        let receiver = try? mailbox.attach(to: loop) { message in
            switch message {
            case .lines(let lines): log.append(lines)
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

        mutating func append(_ lines: [UInt8]) {
            // The disk is full or gone: the requests go on without their lines.
            try? file?.append(lines.span)
        }
    }
}
