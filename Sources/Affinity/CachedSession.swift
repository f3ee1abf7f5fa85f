/// A session of a stateful kind as the cache keeps it.
public struct CachedSession: Hashable, Sendable {
    /// The session in DER. It holds the session's secret.
    public var session: [UInt8]
    /// The association data, encoded.
    public var association: [UInt8]

    /// A session from its parts.
    public init(session: [UInt8], association: [UInt8]) {
        self.session = session
        self.association = association
    }
}
