internal import TLS

/// Numbers that stand for names in association data: the same for the same name on every appliance and in
/// every run.
public enum StableHash {
    /// What a name is the name of; the same text gives other numbers for other kinds.
    public enum Kind: UInt8, Sendable {
        /// A service.
        case service = 1
        /// A service identity.
        case instance = 2
        /// A virtual host.
        case virtualHost = 3
        /// What a session's identity depends on.
        case policy = 4
    }

    /// The first 64 bits of the SHA-256 of the kind and the text; one instead of zero.
    public static func number(of text: String, kind: Kind) -> UInt64 {
        var bytes = [kind.rawValue]
        bytes.append(contentsOf: text.utf8)
        return max(1, SHA256.hash(bytes.span).prefix)
    }
}

extension ServiceKey {
    /// The key of a service of this name.
    public init(name: String) {
        self.init(rawValue: StableHash.number(of: name, kind: .service))
    }
}

extension InstanceKey {
    /// The key of the platform service of this service identity, `name@node`.
    public init(identity: String) {
        self.init(rawValue: StableHash.number(of: identity, kind: .instance))
    }
}
