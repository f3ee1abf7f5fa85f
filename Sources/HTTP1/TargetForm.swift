/// The form of a request target (RFC 9112 section 3.2).
@frozen
public enum TargetForm: UInt8, Sendable {
    /// A path, with or without a query.
    case origin
    /// A whole URI of scheme `http` or `https`.
    case absolute
    /// `*`, for OPTIONS alone.
    case asterisk
    /// A host and a port, for CONNECT alone.
    case authority
}
