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
    /// A client's connection as a whole: after that its next response is its last; zero: any time. Up to a tenth less for
    /// some, so that those who came together do not come again together.
    public var age = Duration.seconds(3600)
    /// A connection to an instance.
    public var connect = Duration.seconds(5)
    /// The head of a response, from the end of the request on.
    public var response = Duration.seconds(60)
    /// A peer that takes nothing of what we have for it.
    public var send = Duration.seconds(30)
    /// A tunnel in which nothing moves.
    public var tunnel = Duration.seconds(3600)
    /// Connections that are open when the program is told to end.
    public var drain = Duration.seconds(30)

    /// Defaults that cost slow clients nothing and us little.
    public init() {}
}

extension TimeoutConfiguration: ReadableSection {
    init(reading section: SectionReader) {
        self.init()
        let step = ScalarFormat<Duration>.duration(.milliseconds(1) ... .seconds(86_400))
        section.read("handshake", step, into: &handshake)
        section.read("head", step, into: &head)
        section.read("body", step, into: &body)
        section.read("idle", step, into: &idle)
        section.read("age", .duration(.zero ... .seconds(30 * 86_400)), into: &age)
        section.read("connect", step, into: &connect)
        section.read("response", step, into: &response)
        section.read("send", step, into: &send)
        section.read("tunnel", step, into: &tunnel)
        section.read("drain", .duration(.zero ... .seconds(86_400)), into: &drain)
    }
}
