/// Why association data cannot be read or written.
public enum AffinityError: Error, Hashable, Sendable {
    /// It ends before its last field.
    case truncated
    /// Bytes follow its last field.
    case trailingBytes
    /// It was written in a form that this program does not know.
    case unknownVersion(UInt8)
    /// It says that it has more pins than ``PinSet/capacity``.
    case tooManyPins(Int)
    /// Two of its pins are for the same service.
    case repeatedService
    /// It names a reason that does not exist.
    case unknownReason(UInt8)
    /// The place to write it to is too small.
    case noRoom
    /// It is longer than it may be, or not in base64url (RFC 4648, section 5).
    case malformedText
    /// Its authentication code is not ours.
    case notAuthentic
    /// OpenSSL has no HMAC-SHA-256.
    case authenticationUnavailable
}
