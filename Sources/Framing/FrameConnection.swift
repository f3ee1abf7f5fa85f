public import Platform
public import Runtime

/// One connection over which messages travel in both directions.
public final class FrameConnection<Message: FramedMessage>: EventHandler {
    /// What may wait for a peer that does not read, in bytes; beyond it the connection ends.
    public static var pendingBytes: Int { 4 << 20 }

    private let loop: EventLoop
    private let transport: Transport
    private var decoder = FrameDecoder<Message>()
    private var scratch = [UInt8](repeating: 0, count: 16384)
    private let idleLimit: Duration?
    private let received: (FrameConnection, Message) -> Void
    private let ended: (FrameConnection, FrameConnectionEnd) -> Void

    /// Takes over a connected socket.
    ///
    /// - Parameters:
    ///   - descriptor: the socket.
    ///   - loop: who waits for it.
    ///   - idleLimit: after what time without a message the connection ends; nil: never.
    ///   - received: called with each message.
    ///   - ended: called once, unless `close` came first.
    /// - Throws: why it cannot be waited for.
    public init(
        adopting descriptor: consuming Descriptor, loop: EventLoop, idleLimit: Duration? = nil,
        received: @escaping (FrameConnection, Message) -> Void,
        ended: @escaping (FrameConnection, FrameConnectionEnd) -> Void
    ) throws(SystemError) {
        self.loop = loop
        self.idleLimit = idleLimit
        transport = Transport(adopting: descriptor, loop: loop)
        self.received = received
        self.ended = ended
        super.init()
        try loop.attach(self, descriptor: transport.descriptor)
        touch()
    }

    /// Sends a message, or keeps it until the peer reads.
    public func send(_ message: Message) {
        // Whoever is sent away in a moment, because it does not read, is told nothing more.
        guard isAttached, transport.pendingOutputBytes <= Self.pendingBytes else { return }
        unsafe message.encoded.withUnsafeBytes { unsafe transport.write($0) }
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

    public override func timerFired() {
        end(.idle)
    }

    private func touch() {
        if let idleLimit { loop.setTimer(self, at: loop.now + idleLimit) }
    }

    /// Hands out what is whole; false if the connection is over.
    private func deliver() -> Bool {
        do {
            while let message = try decoder.next() {
                touch()
                received(self, message)
                guard isAttached else { return false }
                guard transport.pendingOutputBytes <= Self.pendingBytes else {
                    end(.slow)
                    return false
                }
            }
            return true
        } catch {
            end(.refused(error))
            return false
        }
    }

    private func end(_ reason: FrameConnectionEnd) {
        guard isAttached else { return }
        close()
        ended(self, reason)
    }
}
