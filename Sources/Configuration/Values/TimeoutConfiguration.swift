/// How long each step may take.
public struct TimeoutConfiguration: Sendable, Equatable {
    /// A PROXY protocol header and the TLS handshake, together.
    public var handshake = Duration.seconds(10)
    /// The head of a request, from its first byte to its last.
    public var head = Duration.seconds(10)
    /// The body of a message: between two pieces of it.
    public var body = Duration.seconds(30)
    /// A client's connection between two requests.
    public var idle = Duration.seconds(60)
    /// A connection to an instance.
    public var connect = Duration.seconds(5)
    /// The head of a response, from the end of the request on.
    public var response = Duration.seconds(60)
    /// A peer that takes nothing of what we have for it.
    public var send = Duration.seconds(30)
    /// Connections that are open when the program is told to end.
    public var drain = Duration.seconds(30)

    /// Defaults that cost slow clients nothing and us little.
    public init() {}
}
