internal import Configuration
internal import Platform

/// How names are looked up.
struct ResolverSettings: Sendable, Equatable {
    /// The name servers, by IP address and port; empty: those of the system.
    var servers: [SocketAddress] = []
    /// How long a server may take to answer.
    var timeout = Duration.seconds(2)
    /// How often each server is asked.
    var attempts = 3
    /// A name is looked up again after this time, or at the end of its TTL if that comes sooner.
    var refresh = Duration.seconds(30)

    /// The servers of the system.
    init() {}

    /// Whether a resolver made for `other` does for these too.
    func isServed(like other: ResolverSettings) -> Bool {
        servers == other.servers && timeout == other.timeout && attempts == other.attempts
    }

    /// As an operator wants it.
    init(_ configuration: ResolverConfiguration) {
        servers = configuration.servers
        timeout = configuration.timeout
        attempts = configuration.attempts
        refresh = configuration.refresh
    }
}
