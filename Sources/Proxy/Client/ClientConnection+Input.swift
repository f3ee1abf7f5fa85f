internal import Platform
internal import Runtime
internal import TLS

/// Plaintext in both directions, with TLS or without.
extension ClientConnection {
    /// How much plaintext is read at once: one TLS record.
    static let inputBytes = 16 << 10

    /// Whether there is plaintext that was not used yet.
    var hasInput: Bool { input != nil }

    /// Whether reading can bring anything without a new edge.
    var mayHaveInput: Bool { tls?.mayHaveInput ?? transport.mayHaveInput }

    /// What was received and not yet used.
    func withInput<Result>(_ body: (ByteBuffer) -> Result) -> Result? {
        guard let input else { return nil }
        let result = body(input)
        if input.isEmpty, self.input === input { dropInput() }
        return result
    }

    /// Forgets what was not used.
    func dropInput() {
        if let input = input.take() { buffers.give(input) }
    }

    /// Receives more plaintext behind what there is; at most `limit` bytes wait at a time.
    func receive(limit: Int) -> Received {
        guard !isReadClosed else { return .end }
        guard mayHaveInput else { return .nothing }
        let buffer = input.take() ?? buffers.take(capacity: Self.inputBytes)
        guard buffer.count < limit else {
            input = buffer
            return .full
        }
        var received = Received.nothing
        unsafe buffer.withWritableBytes(minimum: min(Self.inputBytes, limit - buffer.count)) { room in
            received = unsafe receive(into: room)
            guard case .bytes(let count) = received else { return 0 }
            return count
        }
        if buffer.isEmpty { buffers.give(buffer) } else { input = buffer }
        return received
    }

    private func receive(into room: UnsafeMutableRawBufferPointer) -> Received {
        guard let tls else {
            switch unsafe transport.receive(into: room) {
            case .bytes(let count): return .bytes(count)
            case .wouldBlock: return .nothing
            case .end:
                isReadClosed = true
                return .end
            case .failed: return .failed
            }
        }
        switch unsafe tls.read(into: room) {
        case .bytes(let count): return .bytes(count)
        case .wantRead: return .nothing
        case .closed:
            isReadClosed = true
            return .end
        case .failed(let failure):
            isReadClosed = true
            isTruncated = failure.kind == .truncated
            return isTruncated ? .end : .failed
        }
    }

    /// Sends what a buffer holds to the client.
    func send(_ buffer: ByteBuffer) {
        send(buffer.readable)
    }

    /// Sends plaintext to the client.
    func send(_ bytes: Span<UInt8>) {
        guard let tls else {
            unsafe bytes.withUnsafeBytes { unsafe transport.write($0) }
            return
        }
        unsafe bytes.withUnsafeBytes { buffer in
            if case .failed = unsafe tls.write(buffer) { isBroken = true }
        }
    }
}
