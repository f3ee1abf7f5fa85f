public import Platform

/// A session of a stateful kind as the cache keeps it.
public struct CachedSession: Hashable, Sendable {
    /// The session in DER, with its secret: wiped when the last who holds it lets go.
    public var session: SecretBytes
    /// The association data, encoded.
    public var association: [UInt8]

    /// A session from its parts.
    public init(session: SecretBytes, association: [UInt8]) {
        self.session = session
        self.association = association
    }
}
