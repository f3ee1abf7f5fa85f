/// Changes to the fields of a message, compiled to bytes once: what to remove and what to append.
///
/// Names match in any mixture of case, and with underscores for hyphens, so that no client gets `X_User` past
/// a rule for `X-User`. `Host` may be set, never added or removed: each request has exactly one. An object, so that to pass
/// rules on counts one reference and not one for each of their parts.
public final class FieldRules: Sendable {
    /// One change.
    public enum Change: Equatable, Sendable {
        /// All fields of that name leave, and this one comes.
        case set(name: String, value: String)
        /// This field comes besides those that are there.
        case add(name: String, value: String)
        /// All fields of that name leave.
        case remove(name: String)
    }

    /// Why rules are not acceptable.
    public enum Fault: Error, Equatable, Sendable {
        /// The name is not a token.
        case badName(String)
        /// The value has control characters, or white space at its ends.
        case badValue(String)
        /// The field belongs to the connection or to the framing, which are the gateway's affair.
        case reserved(String)
    }

    /// The known fields that leave.
    public let removedKinds: FieldKinds
    /// Whole lines that are appended.
    public let lines: [UInt8]
    /// The names of other fields that leave, in lower case and with hyphens.
    @usableFromInline let removedNames: [[UInt8]]
    /// Bit n is set if a name of n bytes is among them; the longest ones share bit 63.
    @usableFromInline let removedLengths: UInt64

    /// Rules that change nothing.
    public static let none = FieldRules(removed: [], lines: [])

    /// Compiles `changes`; the lines are appended in their order.
    public convenience init(_ changes: [Change]) throws(Fault) {
        var removed: [[UInt8]] = []
        var lines: [UInt8] = []
        for change in changes {
            switch change {
            case .remove(let name):
                removed.append(try Self.folded(name, except: .host))
            case .set(let name, let value):
                removed.append(try Self.folded(name))
                lines += try Self.line(name, value)
            case .add(let name, let value):
                _ = try Self.folded(name, except: .host)
                lines += try Self.line(name, value)
            }
        }
        self.init(removed: removed, lines: lines)
    }

    private init(removed: [[UInt8]], lines: [UInt8]) {
        self.lines = lines
        removedKinds = FieldKinds(removed.map { FieldKind($0.span) }).subtracting(FieldKinds(.other))
        let names = removed.filter { FieldKind($0.span) == .other }
        removedNames = names
        removedLengths = names.reduce(0) { $0 | 1 &<< UInt64(min(63, $1.count)) }
    }

    /// Whether the field of an unknown kind that bears `name` leaves.
    @inlinable
    public func removes(_ name: Span<UInt8>) -> Bool {
        guard removedLengths &>> UInt64(min(63, name.count)) & 1 == 1 else { return false }
        return isRemovedName(name)
    }

    @usableFromInline
    func isRemovedName(_ name: Span<UInt8>) -> Bool {
        for index in removedNames.indices where Self.matches(name, removedNames[index]) {
            return true
        }
        return false
    }

    private static func matches(_ name: Span<UInt8>, _ rule: [UInt8]) -> Bool {
        guard name.count == rule.count else { return false }
        for index in name.indices where fold(name[index]) != rule[index] {
            return false
        }
        return true
    }

    private static func fold(_ byte: UInt8) -> UInt8 {
        switch byte {
        case 0x41...0x5a: byte | 0x20
        case 0x5f: 0x2d
        default: byte
        }
    }

    /// The name as rules are compared by it; refused if it is reserved, or of the kind `exception`.
    private static func folded(_ name: String, except exception: FieldKind? = nil) throws(Fault) -> [UInt8] {
        let allowed = Array("!#$%&'*+-.^_`|~".utf8)
        let isToken = name.utf8.allSatisfy { byte in
            switch byte {
            case 0x30...0x39, 0x41...0x5a, 0x61...0x7a: true
            default: allowed.contains(byte)
            }
        }
        guard isToken, !name.isEmpty, name.utf8.count <= 256 else { throw .badName(name) }
        let folded = name.utf8.map(fold)
        switch FieldKind(folded.span) {
        case .connection, .contentLength, .transferEncoding, .upgrade, .te, .trailer, .keepAlive,
            .proxyConnection,
            .expect, .http2Settings:
            throw .reserved(name)
        case exception:
            throw .reserved(name)
        default:
            return folded
        }
    }

    /// The line as it stands in a head.
    private static func line(_ name: String, _ value: String) throws(Fault) -> [UInt8] {
        let isPlain = value.utf8.allSatisfy { $0 >= 0x20 && $0 != 0x7f }
        guard isPlain, value.utf8.first != 0x20, value.utf8.last != 0x20 else { throw .badValue(value) }
        return Array("\(name): \(value)\r\n".utf8)
    }
}
