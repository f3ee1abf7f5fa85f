internal import HTTP

/// The version in a request or status line (RFC 9112 section 2.3): HTTP/1.0 and HTTP/1.1, and no other.
enum ProtocolVersion {
    case minor(UInt8)
    case incomplete
    case refused(Refusal)

    /// `HTTP/`, a digit, a dot, a digit.
    static let byteCount = 8

    /// The version at `start`.
    @inline(__always)
    init(_ bytes: Span<UInt8>, at start: Int, end: Int) {
        let word = ByteScan.word(bytes, at: start, end: end)
        if word == ByteScan.word("HTTP/1.1") {
            self = .minor(1)
        } else if word == ByteScan.word("HTTP/1.0") {
            self = .minor(0)
        } else {
            self = Self.explain(bytes, at: start, end: end)
        }
    }

    /// What is wrong with the version, or that it has not come whole, judged byte by byte.
    private static func explain(_ bytes: Span<UInt8>, at start: Int, end: Int) -> ProtocolVersion {
        let name: InlineArray<5, UInt8> = [0x48, 0x54, 0x54, 0x50, 0x2f]
        var major: UInt8 = 0
        for offset in 0..<byteCount {
            guard start &+ offset < end else { return .incomplete }
            let byte = bytes[start &+ offset]
            switch offset {
            case 0..<5:
                guard byte == name[offset] else { return .refused(.badVersion) }
            case 5:
                guard let digit = Byte.digit(byte) else { return .refused(.badVersion) }
                major = digit
            case 6:
                guard byte == Byte.dot else {
                    // Later versions are called by one number.
                    let isOneNumber = byte == Byte.carriageReturn || byte == Byte.space
                    return .refused(isOneNumber && major != 1 ? .unsupportedVersion : .badVersion)
                }
            default:
                guard Byte.digit(byte) != nil else { return .refused(.badVersion) }
            }
        }
        return .refused(.unsupportedVersion)
    }
}
