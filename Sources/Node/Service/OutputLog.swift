internal import Platform
internal import Runtime

/// Brings what a service writes to its standard output and standard error into its log.
final class OutputLog: EventHandler {
    /// How many pieces are read before others have their turn.
    private static let piecesPerTurn = 16

    private let loop: EventLoop
    private let pipe: OutputPipe
    private var file: RotatingFile
    private var bytes = [UInt8](repeating: 0, count: 65536)
    private let failed: (SystemError) -> Void
    private var hasFailed = false

    /// The log of the service `identity`, in the folder `logs` of `surroundings`.
    init(
        of identity: String, writer: ProcessIdentity?, _ surroundings: ServiceSurroundings,
        failed: @escaping (SystemError) -> Void
    ) throws(SystemError) {
        loop = surroundings.loop
        let place = "\(surroundings.directory)/logs/\(identity)"
        try PrivateFile.makeFolder("\(surroundings.directory)/logs")
        pipe = try OutputPipe(path: place + ".pipe", identity: writer)
        file = try RotatingFile(
            path: place + ".log", limitBytes: surroundings.logBytes, kept: surroundings.logFiles)
        self.failed = failed
        super.init()
        try loop.attach(self, descriptor: pipe.number)
    }

    /// A writing end for a new process.
    func writer() throws(SystemError) -> Descriptor {
        try pipe.writer()
    }

    /// Lets go of the loop; what was written already, a pipe's worth at most, is read first: whoever writes on and on must
    /// not hold us.
    func stop() {
        for _ in 0..<Self.piecesPerTurn where !read() { break }
        loop.detach(self)
    }

    override func ready(_ readiness: Readiness) {
        for _ in 0..<Self.piecesPerTurn where !read() { return }
        loop.revisit(self)
    }

    /// Moves one piece; false if there is none.
    private func read() -> Bool {
        let count = pipe.read(into: &bytes)
        guard count > 0 else { return false }
        do {
            let piece = bytes
            try file.append(piece.span.extracting(0..<count))
            hasFailed = false
        } catch {
            // A full disk must not stop the service: what it says is lost, once told.
            if !hasFailed { failed(error) }
            hasFailed = true
        }
        return true
    }
}
