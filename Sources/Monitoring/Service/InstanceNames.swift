internal import Platform

/// The names that go with TLS to an instance.
public struct InstanceNames: Hashable, Sendable {
    /// What its certificate has to bear: a DNS name or an IP address; nil: nothing.
    public let expected: String?
    /// What it is asked for; nil: nothing.
    public let server: String?

    init(expected: String?, server: String?) {
        self.expected = expected
        self.server = server
    }

    /// An address is no server name (RFC 6066 section 3).
    static func serverName(_ name: String) -> String? {
        IPAddress(name) == nil ? name : nil
    }
}
