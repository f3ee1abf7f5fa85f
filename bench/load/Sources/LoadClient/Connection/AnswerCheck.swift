internal import HTTP
internal import HTTP1
internal import Runtime

/// Checks an answer to its last byte: status 200, the length, and the content.
struct AnswerCheck: ~Copyable {
    enum Result {
        /// More has to come.
        case incomplete
        /// It is good, and the connection may carry on or not.
        case good(isPersistent: Bool)
        /// It is not what was asked for.
        case bad
    }

    private let bytes: Int
    private var parser = ResponseHeadParser()
    private var isInBody = false
    private var position = 0
    private var isPersistent = true

    /// Checks answers with bodies of that many bytes.
    init(bytes: Int) {
        self.bytes = bytes
    }

    /// The byte that stands at a position of a good body.
    static func expected(at position: Int) -> UInt8 {
        UInt8(truncatingIfNeeded: position &* 31 &+ 7)
    }

    /// Reads on, and consumes what it has read.
    mutating func read(_ input: ByteBuffer) -> Result {
        if !isInBody {
            switch parser.parse(input.readable) {
            case .incomplete: return .incomplete
            case .refused: return .bad
            case .complete(let length):
                guard parser.head.status == 200, parser.head.framing == .length(UInt64(bytes)) else {
                    return .bad
                }
                isPersistent = parser.head.isPersistent
                input.consume(length)
                isInBody = true
            }
        }
        return readBody(input)
    }

    private mutating func readBody(_ input: ByteBuffer) -> Result {
        let count = min(input.count, bytes - position)
        let content = input.readable
        for index in 0..<count where content[index] != Self.expected(at: position &+ index) { return .bad }
        input.consume(count)
        position += count
        guard position == bytes else { return .incomplete }
        isInBody = false
        position = 0
        parser.reset(for: .get)
        return input.isEmpty ? .good(isPersistent: isPersistent) : .bad
    }
}
