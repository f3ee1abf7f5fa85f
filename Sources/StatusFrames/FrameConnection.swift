public import Platform
public import Runtime

/// One connection over which frames travel in both directions.
public final class FrameConnection: EventHandler {
    /// What may wait for a peer that does not read, in bytes; beyond it the connection ends.
    public static let pendingBytes = 4 << 20

    /// Why a connection is over.
    public enum End: Hashable, Sendable {
        /// The peer has closed it, or is gone.
        case closed
        /// What came made no sense.
        case refused(FrameError)
        /// The peer does not read what it is sent.
        case slow
    }

    private let loop: EventLoop
    private let transport: Transport
    private var decoder = FrameDecoder()
    private var scratch = [UInt8](repeating: 0, count: 16384)
    private let received: (FrameConnection, Frame) -> Void
    private let ended: (FrameConnection, End) -> Void

    /// Takes over a connected socket. `received` is called with each frame, `ended` once, unless `close` came first.
    public init(
        adopting descriptor: consuming Descriptor, loop: EventLoop,
        received: @escaping (FrameConnection, Frame) -> Void,
        ended: @escaping (FrameConnection, End) -> Void
    ) throws(SystemError) {
        self.loop = loop
        transport = Transport(adopting: descriptor, loop: loop)
        self.received = received
        self.ended = ended
        super.init()
        try loop.attach(self, descriptor: transport.descriptor)
    }

    /// Sends a frame, or keeps it until the peer reads.
    public func send(_ frame: Frame) {
        guard isAttached else { return }
        unsafe frame.encoded.withUnsafeBytes { unsafe transport.write($0) }
        // Told later: whoever sends to many must not lose one under its hands.
        if transport.failure != nil || transport.pendingOutputBytes > Self.pendingBytes { loop.revisit(self) }
    }

    /// Ends the connection without a word to its owner.
    public func close() {
        guard isAttached else { return }
        loop.detach(self)
        transport.close()
    }

    public override func ready(_ readiness: Readiness) {
        transport.note(readiness)
        guard transport.failure == nil else { return end(.closed) }
        guard transport.pendingOutputBytes <= Self.pendingBytes else { return end(.slow) }
        while isAttached {
            switch unsafe scratch.withUnsafeMutableBytes({ unsafe transport.read(into: $0) }) {
            case .bytes(let count):
                let bytes = scratch
                decoder.add(bytes.span.extracting(0..<count))
                guard deliver() else { return }
            case .wouldBlock: return
            case .end, .failed: return end(.closed)
            }
        }
    }

    /// Hands out what is whole; false if the connection is over.
    private func deliver() -> Bool {
        do {
            while let frame = try decoder.next() {
                received(self, frame)
                guard isAttached else { return false }
            }
            return true
        } catch {
            end(.refused(error))
            return false
        }
    }

    private func end(_ reason: End) {
        guard isAttached else { return }
        close()
        ended(self, reason)
    }
}
