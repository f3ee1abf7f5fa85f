public import Platform

/// What the session cache has under an ID.
public enum SessionLookup: Hashable, Sendable {
    /// A session in DER, to be resumed.
    case resume(SecretBytes)
    /// A session that must not be resumed; its association was read.
    case refuse
    /// Nothing.
    case unknown
}
