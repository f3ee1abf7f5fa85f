/// A version of TLS that Limpet speaks (RFC 9325: nothing older).
public enum TLSVersion: UInt16, Hashable, Comparable, Sendable, CaseIterable {
    /// TLS 1.2 (RFC 5246).
    case tls12 = 0x0303
    /// TLS 1.3 (RFC 8446).
    case tls13 = 0x0304

    /// Older before newer.
    public static func < (left: TLSVersion, right: TLSVersion) -> Bool {
        left.rawValue < right.rawValue
    }

    /// The version as logs name it: `TLSv1.2` or `TLSv1.3`.
    public var name: StaticString {
        switch self {
        case .tls12: "TLSv1.2"
        case .tls13: "TLSv1.3"
        }
    }
}
