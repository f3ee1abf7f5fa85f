internal import HTTP
internal import HTTP1
internal import Runtime

/// Reads the answers of one connection.
struct ResponseReader: ~Copyable {
    /// What the bytes so far amount to.
    enum Result {
        /// More has to come.
        case incomplete
        /// The answer is whole; the connection may carry another one or not.
        case complete(isPersistent: Bool)
        /// It is no acceptable answer.
        case malformed
    }

    /// How much of a body is kept.
    static let keptBytes = 64 << 10

    private(set) var status = 0
    private(set) var servedBy = ""
    private(set) var incarnation = ""
    private(set) var body: [UInt8] = []

    private var parser = ResponseHeadParser()
    private var decoder = ChunkedDecoder()
    private var framing: BodyFraming?
    private var rest: UInt64 = 0
    private var isPersistent = false

    /// Gets ready for the next answer.
    mutating func reset() {
        parser.reset(for: .get)
        decoder.reset()
        framing = nil
        status = 0
        servedBy = ""
        incarnation = ""
        body = []
    }

    /// Reads on, and consumes what it has read.
    mutating func read(_ input: ByteBuffer) -> Result {
        if framing == nil {
            switch parser.parse(input.readable) {
            case .incomplete: return .incomplete
            case .refused: return .malformed
            case .complete(let length):
                takeHead(input)
                input.consume(length)
                if parser.head.isInformational {
                    parser.reset(for: .get)
                    return read(input)
                }
                framing = parser.head.framing
            }
        }
        return readBody(input)
    }

    /// The connection has ended: whether that completes the answer.
    var endsWithConnection: Bool { framing == .untilClose }

    private mutating func takeHead(_ input: ByteBuffer) {
        status = Int(parser.head.status)
        isPersistent = parser.head.isPersistent
        if case .length(let count) = parser.head.framing { rest = count }
        let bytes = input.readable
        for index in 0..<parser.head.fields.count {
            let line = parser.head.fields[index]
            let name = FoldedName(line.name.bytes(in: bytes))
            if name == FoldedName("x-served-by") { servedBy = String(copying: line.value.bytes(in: bytes)) }
            if name == FoldedName("x-incarnation") {
                incarnation = String(copying: line.value.bytes(in: bytes))
            }
        }
    }

    private mutating func readBody(_ input: ByteBuffer) -> Result {
        switch framing {
        case .length:
            let count = Int(min(rest, UInt64(input.count)))
            keep(input, 0..<count)
            input.consume(count)
            rest -= UInt64(count)
            return rest == 0 ? .complete(isPersistent: isPersistent) : .incomplete
        case .chunked: return readChunks(input)
        case .untilClose:
            keep(input, 0..<input.count)
            input.consume(input.count)
            return .incomplete
        case .some(.none), nil: return .complete(isPersistent: isPersistent)
        }
    }

    private mutating func readChunks(_ input: ByteBuffer) -> Result {
        while true {
            switch decoder.decode(input.readable) {
            case .data(let range):
                keep(input, range)
                input.consume(range.upperBound)
            case .needMore(let count):
                input.consume(count)
                return .incomplete
            case .end(let count):
                input.consume(count)
                return .complete(isPersistent: isPersistent)
            case .refused: return .malformed
            }
        }
    }

    private mutating func keep(_ input: ByteBuffer, _ range: Range<Int>) {
        let bytes = input.readable
        for index in range.prefix(max(0, Self.keptBytes - body.count)) { body.append(bytes[index]) }
    }
}
