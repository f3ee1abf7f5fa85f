public import HTTP

/// How a response goes to the client, as its head has announced it.
@frozen
public struct ResponsePlan: Equatable, Sendable {
    /// How the client finds the end of the body: `.chunked` means that what the service sends is put into
    /// chunks.
    public let framing: BodyFraming
    /// Whether the client's connection goes on after the response.
    public let isPersistent: Bool

    /// A plan from its parts.
    @inlinable
    public init(framing: BodyFraming, isPersistent: Bool) {
        self.framing = framing
        self.isPersistent = isPersistent
    }
}
