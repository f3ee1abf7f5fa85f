public import Platform

/// What a demo service is told at its start.
public struct DemoServiceSettings: Sendable {
    /// Where a demo service listens.
    public enum Place: Sendable {
        /// At an address that it opens itself, shared with whoever reserved it.
        case address(SocketAddress)
        /// At a listening socket that it has inherited.
        case descriptor(Int32)

        /// Reads `127.0.0.1:80`, `unix:/path` or `fd:3`; nil for anything else.
        public init?(_ text: String) {
            if text.hasPrefix("fd:") {
                guard let number = Int32(text.dropFirst(3)), number >= 0 else { return nil }
                self = .descriptor(number)
            } else {
                guard let address = SocketAddress(text) else { return nil }
                self = .address(address)
            }
        }
    }

    /// The longest identity, in bytes.
    public static let identityBytes = 128

    /// Where it listens.
    public let place: Place
    /// Who it is: `name@node`.
    public let identity: String
    /// How long it answers 503 before it is ready.
    public let startDelay: Duration

    /// Nil if the identity is no `name@node` of letters, digits, dots, underlines and hyphens.
    public init?(place: Place, identity: String, startDelay: Duration = .zero) {
        let parts = identity.split(separator: "@", omittingEmptySubsequences: false)
        guard parts.count == 2, identity.utf8.count <= Self.identityBytes, !parts.contains(where: \.isEmpty),
            parts.allSatisfy({ $0.utf8.allSatisfy(Self.isNameByte) })
        else { return nil }
        self.place = place
        self.identity = identity
        self.startDelay = startDelay
    }

    private static func isNameByte(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"):
            true
        default: byte == UInt8(ascii: ".") || byte == UInt8(ascii: "_") || byte == UInt8(ascii: "-")
        }
    }
}
