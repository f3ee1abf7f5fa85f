/// How much a client may ask for.
public struct LimitConfiguration: Sendable, Equatable {
    /// The head of a request or of a response, in bytes.
    public var headBytes = 32 << 10
    /// The fields of a head.
    public var fields = 100
    /// The target of a request, in bytes.
    public var targetBytes = 8 << 10
    /// The body of a request, in bytes; 0: any size.
    public var bodyBytes = 0
    /// The trailers of a message, in bytes.
    public var trailerBytes = 8 << 10
    /// The requests of a connection; 0: any number.
    public var requestsPerConnection = 0

    /// Room for what browsers send.
    public init() {}
}
