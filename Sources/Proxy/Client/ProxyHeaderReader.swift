internal import Platform
internal import ProxyProtocol
internal import Runtime

/// Reads the PROXY protocol header that a listed peer sends first, and leaves what follows it for the next reader.
enum ProxyHeaderReader {
    /// What reading came to.
    enum Outcome {
        case header(ProxyHeader)
        /// More has to come.
        case incomplete
        /// It is no header, or the connection has ended.
        case refused
    }

    /// Reads from `transport`; whatever is not part of a whole header is given back to it.
    static func read(from transport: Transport, with buffer: ByteBuffer) -> Outcome {
        defer { buffer.clear() }
        var outcome = Outcome.incomplete
        while case .incomplete = outcome {
            var transfer = Socket.Transfer.wouldBlock
            unsafe buffer.withWritableBytes(minimum: ProxyHeaderParser.maximumBytes) { room in
                transfer = unsafe transport.read(into: room)
                guard case .bytes(let count) = transfer else { return 0 }
                return count
            }
            switch transfer {
            case .bytes: outcome = parse(buffer)
            case .wouldBlock:
                // What has come waits in the transport; the next edge brings us back to it.
                if !buffer.isEmpty { transport.unread(buffer.readable) }
                return .incomplete
            case .end, .failed: return .refused
            }
        }
        if !buffer.isEmpty { transport.unread(buffer.readable) }
        return outcome
    }

    private static func parse(_ buffer: ByteBuffer) -> Outcome {
        switch ProxyHeaderParser.parse(buffer.readable) {
        case .complete(let header, let length):
            buffer.consume(length)
            return .header(header)
        case .incomplete: return .incomplete
        case .refused: return .refused
        }
    }
}
