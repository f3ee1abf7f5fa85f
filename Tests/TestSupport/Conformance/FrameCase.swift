public import HTTP
public import HTTP2

/// What a client sends, and what has to come of it: judged by the session alone, and by a gateway that runs.
public struct FrameCase: CustomStringConvertible, Sendable {
    /// What has to come of it.
    public enum Outcome: Equatable, Sendable {
        /// Stream 1 is a request that is passed on, and the connection goes on.
        case accepted
        /// Stream 1 gets an answer that says what is wrong with it, and the connection goes on.
        case refused(Refusal)
        /// Stream 1 is reset, and the connection goes on.
        case streamError(ErrorCode)
        /// The connection ends.
        case connectionError(ErrorCode)
        /// Nothing at all.
        case nothing
    }

    /// A sentence.
    public let description: String
    /// What is sent after the preface, or instead of it.
    public let bytes: [UInt8]
    /// What has to come of it.
    public let outcome: Outcome

    /// A case of whole frames.
    public init(_ name: String, _ outcome: Outcome, _ frames: [Frame]) {
        self.init(name, outcome, bytes: frames.flatMap(\.bytes))
    }

    /// A case of any bytes.
    public init(_ name: String, _ outcome: Outcome, bytes: [UInt8]) {
        description = name
        self.bytes = bytes
        self.outcome = outcome
    }

    /// Whether stream 1 has a whole request.
    public var isWhole: Bool {
        var reader = FrameReader()
        reader.append(bytes.starts(with: Frame.preface) ? Array(bytes.dropFirst(Frame.preface.count)) : bytes)
        while let frame = reader.next() {
            let isOfMessage =
                frame.type == FrameType.data.rawValue || frame.type == FrameType.headers.rawValue
            if isOfMessage, frame.stream & 0x7fff_ffff == 1, frame.has(Frame.endStream) { return true }
        }
        return false
    }
}
