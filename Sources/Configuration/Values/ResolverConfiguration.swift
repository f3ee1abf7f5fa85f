public import Platform

/// How names of instances become addresses.
public struct ResolverConfiguration: Sendable, Equatable {
    /// The DNS servers; empty: those of the system.
    public var servers: [SocketAddress] = []
    /// How often a name is looked up again.
    public var refresh = Duration.seconds(30)
    /// How long a server may take to answer.
    public var timeout = Duration.seconds(2)
    /// How often each server is asked.
    public var attempts = 3

    /// The servers of the system, every 30 s.
    public init() {}
}

extension ResolverConfiguration: ReadableSection {
    init(reading section: SectionReader) {
        self.init()
        section.read("servers", listOf: .ip(defaultPort: 53), limit: 16, into: &servers)
        section.read("refresh", .duration(.seconds(1) ... .seconds(86_400)), into: &refresh)
        section.read("timeout", .duration(.milliseconds(10) ... .seconds(60)), into: &timeout)
        section.read("attempts", .integer(1...10), into: &attempts)
    }
}
