public import HTTP

/// Takes the chunked coding off a body (RFC 9112 section 7.1), piece by piece, without copying.
public struct ChunkedDecoder: ~Copyable {
    /// What the bytes so far amount to.
    @frozen
    public enum Step: Equatable, Sendable {
        /// This part of the span is content; consume all up to its end and call again with the rest.
        case data(Range<Int>)
        /// Consume this many bytes and call again when more have come.
        case needMore(consumed: Int)
        /// The body is over with this many bytes; `trailers` refer to the span of this call.
        case end(consumed: Int)
        /// The body is not acceptable, and so the connection ends.
        case refused(Refusal)
    }

    /// The trailer fields after `.end`; those that have no place there are marked as dropped (RFC 9110
    /// section 6.5.1).
    public private(set) var trailers: FieldTable
    /// What the peer may make us hold.
    public let limits: HeadLimits

    private enum Phase {
        case sizeStart, size, blanks, extensions, sizeEnd, data, dataEnd, dataEndLine, trailers, over
    }

    private var phase = Phase.sizeStart
    private var size: UInt64 = 0
    private var digits = 0
    private var extensionBytes = 0
    private var section = FieldSection(start: 0)

    /// A decoder that waits for a body's first chunk.
    public init(limits: HeadLimits = HeadLimits()) {
        self.limits = limits
        trailers = FieldTable(limit: limits.trailerFields)
    }

    /// Gets ready for the next body.
    public mutating func reset() {
        phase = .sizeStart
        size = 0
        extensionBytes = 0
        trailers.removeAll()
    }

    /// Reads on in `bytes`, which begin with the first byte that was not consumed.
    public mutating func decode(_ bytes: Span<UInt8>) -> Step {
        var cursor = 0
        while cursor < bytes.count || phase == .over {
            let refusal: Refusal?
            switch phase {
            case .sizeStart, .size: refusal = readSize(bytes, &cursor)
            case .blanks, .extensions: refusal = skipExtensions(bytes, &cursor)
            case .sizeEnd: refusal = endSize(bytes[cursor], &cursor)
            case .data: return takeData(bytes.count, from: cursor)
            case .dataEnd:
                refusal = bytes[cursor] == Byte.carriageReturn ? nil : .badChunkEnd
                phase = .dataEndLine
                cursor &+= 1
            case .dataEndLine:
                refusal = bytes[cursor] == Byte.lineFeed ? nil : .badChunkEnd
                phase = .sizeStart
                cursor &+= 1
            case .trailers: return readTrailers(bytes, from: cursor)
            case .over: return .end(consumed: 0)
            }
            if let refusal { return .refused(refusal) }
        }
        return .needMore(consumed: cursor)
    }

    /// One to sixteen hexadecimal digits, below 2^63.
    private mutating func readSize(_ bytes: Span<UInt8>, _ cursor: inout Int) -> Refusal? {
        if phase == .sizeStart {
            size = 0
            digits = 0
            phase = .size
        }
        while cursor < bytes.count, let digit = Byte.hexadecimalDigit(bytes[cursor]) {
            digits &+= 1
            guard digits <= 16, size <= UInt64(Int64.max) >> 4 else { return .chunkSizeTooLarge }
            size = size &<< 4 | UInt64(digit)
            cursor &+= 1
        }
        guard cursor < bytes.count else { return nil }
        guard digits > 0 else { return .badChunkSize }
        switch bytes[cursor] {
        case Byte.carriageReturn:
            phase = .sizeEnd
            cursor &+= 1
        case Byte.semicolon: phase = .extensions
        case Byte.space, Byte.tab: phase = .blanks
        case Byte.lineFeed: return .bareLineFeed
        default: return .badChunkSize
        }
        return nil
    }

    /// Extensions mean nothing to us (RFC 9112 section 7.1.1); white space may stand before their semicolon,
    /// and nowhere else.
    private mutating func skipExtensions(_ bytes: Span<UInt8>, _ cursor: inout Int) -> Refusal? {
        while cursor < bytes.count {
            let byte = bytes[cursor]
            if phase == .blanks {
                guard Byte.isBlank(byte) || byte == Byte.semicolon else { return .badChunkExtension }
                if byte == Byte.semicolon { phase = .extensions }
            } else if !CharacterClass(of: byte).contains(.text) {
                guard byte == Byte.carriageReturn else {
                    return byte == Byte.lineFeed ? .bareLineFeed : .badChunkExtension
                }
                phase = .sizeEnd
                cursor &+= 1
                return nil
            }
            extensionBytes &+= 1
            guard extensionBytes <= limits.chunkExtensionBytes else { return .chunkExtensionsTooLong }
            cursor &+= 1
        }
        return nil
    }

    private mutating func endSize(_ byte: UInt8, _ cursor: inout Int) -> Refusal? {
        guard byte == Byte.lineFeed else { return .bareCarriageReturn }
        cursor &+= 1
        if size > 0 {
            phase = .data
        } else {
            phase = .trailers
            section = FieldSection(start: 0)
        }
        return nil
    }

    private mutating func takeData(_ count: Int, from cursor: Int) -> Step {
        let taken = Int(min(size, UInt64(count &- cursor)))
        size &-= UInt64(taken)
        if size == 0 { phase = .dataEnd }
        return .data(cursor..<(cursor &+ taken))
    }

    /// The trailer section stays unconsumed until it is whole, because the lines refer to it.
    private mutating func readTrailers(_ bytes: Span<UInt8>, from cursor: Int) -> Step {
        let limit = cursor &+ max(2, limits.trailerBytes)
        let end = min(bytes.count, limit)
        if cursor > 0 { section = FieldSection(start: cursor) }
        while true {
            switch section.read(bytes, end: end, into: &trailers, watched: TrailerRules.refusedKinds) {
            case .watched:
                return .refused(.badTrailer)
            case .end(let length):
                TrailerRules.dropMisleading(&trailers, bytes)
                phase = .over
                return .end(consumed: length)
            case .incomplete:
                guard bytes.count < limit else { return .refused(.trailersTooLarge) }
                if cursor > 0 {
                    // The next span begins where the section does: read it once more from there.
                    section = FieldSection(start: 0)
                    trailers.removeAll()
                }
                return .needMore(consumed: cursor)
            case .refused(let refusal):
                let isTooMuch = refusal == .headTooLarge || refusal == .tooManyFields
                return .refused(isTooMuch ? .trailersTooLarge : refusal)
            }
        }
    }
}
