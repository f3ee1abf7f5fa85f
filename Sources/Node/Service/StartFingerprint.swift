internal import Configuration
internal import Platform
internal import TLS

/// By what settings a process was started, in a form that says nothing of them: the environment may hold secrets.
///
/// A SHA-256 over a salt of its own and the settings. Whoever may read the state file, which nobody but our user may,
/// could still try short secrets; the same user's configuration holds them as they are.
struct StartFingerprint: Hashable, Sendable {
    private static let saltBytes = 16

    private let salt: [UInt8]
    private let digest: [UInt8]

    /// Of a process that is started by `configuration` now.
    init(of configuration: LocalServiceConfiguration) {
        self.init(of: configuration, salt: SecureRandom.bytes(Self.saltBytes))
    }

    private init(of configuration: LocalServiceConfiguration, salt: [UInt8]) {
        self.salt = salt
        let digest = SHA256.hash((salt + configuration.processBytes).span)
        self.digest = (0..<Digest.bytes).map { digest.span[$0] }
    }

    /// Whether `configuration` starts a process in the same way.
    func matches(_ configuration: LocalServiceConfiguration) -> Bool {
        self == StartFingerprint(of: configuration, salt: salt)
    }

    /// Salt and digest in hexadecimal digits.
    var text: String {
        (salt + digest).map { byte in
            let digits = String(byte, radix: 16)
            return digits.count == 1 ? "0" + digits : digits
        }.joined()
    }

    /// From such a text; nil for any other.
    init?(text: Substring) {
        let digits = Array(text.utf8)
        guard digits.count == 2 * (Self.saltBytes + Digest.bytes) else { return nil }
        var bytes: [UInt8] = []
        for place in stride(from: 0, to: digits.count, by: 2) {
            guard let high = Self.value(of: digits[place]), let low = Self.value(of: digits[place + 1]) else {
                return nil
            }
            bytes.append(high << 4 | low)
        }
        salt = Array(bytes.prefix(Self.saltBytes))
        digest = Array(bytes.dropFirst(Self.saltBytes))
    }

    private static func value(of digit: UInt8) -> UInt8? {
        switch digit {
        case UInt8(ascii: "0")...UInt8(ascii: "9"): digit - UInt8(ascii: "0")
        case UInt8(ascii: "a")...UInt8(ascii: "f"): digit - UInt8(ascii: "a") + 10
        default: nil
        }
    }
}
