public import HTTP

/// What a head parser says about the bytes so far.
@frozen
public enum HeadResult: Equatable, Sendable {
    /// The head is whole and takes this many bytes from the start of the span; the body begins after them.
    case complete(length: Int)
    /// More bytes are needed; call again with the same bytes and those that follow.
    case incomplete
    /// The message is not acceptable, and so the connection ends after the answer.
    case refused(Refusal)
}
