/// Why a datagram of the kernel was not understood. What is known of the interfaces may be wrong then.
public enum RouteFault: Error, Hashable, Sendable, CustomStringConvertible {
    /// A message or an attribute is longer than what it lies in, or shorter than its own head.
    case length
    /// A value has another size than its kind, or is out of its range.
    case value
    /// A message lacks what makes it one of its kind: the name of a link, or an address.
    case missing

    /// One short phrase for logs.
    public var description: String {
        switch self {
        case .length: "a length that does not fit"
        case .value: "a value that cannot be"
        case .missing: "something is missing"
        }
    }
}
