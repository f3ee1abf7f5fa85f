internal import Platform
internal import Runtime

/// One worker's lines, gathered and handed over in large pieces, at the latest after a moment.
final class AccessLogBuffer: EventHandler {
    /// A piece is handed over when it has grown beyond this.
    static let pieceBytes = 32 << 10
    /// A line waits no longer than this.
    private static let patience = Duration.milliseconds(50)

    private let writer: AccessLogWriter
    private let loop: EventLoop
    /// What waits to be handed over; a line is appended with its end, and then `lineEnded` called.
    let lines = ByteBuffer(capacity: 2 * pieceBytes)
    private var isWaiting = false

    init(_ writer: AccessLogWriter, loop: EventLoop) {
        self.writer = writer
        self.loop = loop
        super.init()
        loop.attach(self)
    }

    /// A line has been appended.
    func lineEnded() {
        if lines.count >= Self.pieceBytes {
            handOver()
        } else if !isWaiting {
            isWaiting = true
            loop.setTimer(self, at: loop.now + Self.patience)
        }
    }

    /// Hands over what there is.
    func handOver() {
        isWaiting = false
        guard !lines.isEmpty else { return }
        writer.write(lines.copied)
        lines.clear()
    }

    /// Hands over what there is and leaves the loop.
    func close() {
        handOver()
        loop.detach(self)
    }

    override func timerFired() {
        handOver()
    }
}
