internal import HTTP
internal import HTTP1

/// Finds the end of a body, whatever its framing, and what of the bytes is content.
struct BodyReader: ~Copyable {
    private enum Kind { case length, chunked, untilClose, stream }

    private var kind = Kind.length
    private var remaining: UInt64 = 0
    private(set) var decoder: ChunkedDecoder
    /// The end of the body has been read.
    private(set) var isComplete = true
    /// How many bytes of content there have been.
    private(set) var contentBytes: UInt64 = 0

    init(limits: HeadLimits) {
        decoder = ChunkedDecoder(limits: limits)
    }

    /// Begins with the body that a head announces.
    mutating func begin(_ framing: BodyFraming) {
        contentBytes = 0
        remaining = 0
        isComplete = !framing.hasBody
        switch framing {
        case .none: kind = .length
        case .length(let count):
            kind = .length
            remaining = count
        case .chunked:
            kind = .chunked
            decoder.reset()
        case .untilClose: kind = .untilClose
        }
    }

    /// Begins with the body of a stream, whose end the session tells. `mayHaveTrailers`: whoever gets it takes trailers after
    /// content of known length, too.
    mutating func beginStream(_ framing: BodyFraming, mayHaveTrailers: Bool = false) {
        begin(framing)
        if framing == .chunked || mayHaveTrailers && framing.hasBody { kind = .stream }
    }

    /// Nothing follows the next `count` bytes of content of a stream.
    mutating func endStream(after count: Int) {
        guard kind == .stream else { return }
        kind = .length
        remaining = UInt64(count)
        isComplete = count == 0
    }

    /// The stream has ended; with trailers, what is read next is the end of a chunked body that holds them.
    mutating func endStream(hasTrailers: Bool) {
        guard kind == .stream else { return }
        if hasTrailers {
            kind = .chunked
            decoder.reset()
        } else {
            isComplete = true
        }
    }

    /// Looks at the bytes that come next; the caller consumes what the step names and calls again until more is needed
    /// or the end has come.
    mutating func step(_ bytes: Span<UInt8>) -> ChunkedDecoder.Step {
        if isComplete { return .end(consumed: 0) }
        switch kind {
        case .length:
            let count = Int(min(remaining, UInt64(bytes.count)))
            guard count > 0 else { return .needMore(consumed: 0) }
            remaining &-= UInt64(count)
            isComplete = remaining == 0
            contentBytes &+= UInt64(count)
            return .data(0..<count)
        case .untilClose, .stream:
            guard bytes.count > 0 else { return .needMore(consumed: 0) }
            contentBytes &+= UInt64(bytes.count)
            return .data(0..<bytes.count)
        case .chunked:
            let step = decoder.decode(bytes)
            if case .data(let range) = step { contentBytes &+= UInt64(range.count) }
            if case .end = step { isComplete = true }
            return step
        }
    }

    /// The peer has ended its direction: whether that is an end of the body, or cuts it off.
    mutating func end() -> Bool {
        if kind == .untilClose { isComplete = true }
        return isComplete
    }

    /// Whether the body ends with a trailer section that may have fields.
    var hasTrailers: Bool { kind == .chunked && decoder.trailers.count > 0 }
}
