internal import Platform

/// Version 2 of the header: a signature, a command, an address family, a length, the addresses, extensions.
enum BinaryHeader {
    /// The bytes before the addresses.
    static let startBytes = 16
    /// The greatest length of addresses and extensions that is accepted.
    static let maximumLength = 4096
    /// What every header begins with (section 2.2).
    static let signature: InlineArray<12, UInt8> = [
        0x0d, 0x0a, 0x0d, 0x0a, 0x00, 0x0d, 0x0a, 0x51, 0x55, 0x49, 0x54, 0x0a,
    ]

    private enum Family {
        case unspecified, ipv4, ipv6, unix

        /// How many bytes its two addresses take.
        var addressBytes: Int {
            switch self {
            case .unspecified: 0
            case .ipv4: 12
            case .ipv6: 36
            case .unix: 216
            }
        }
    }

    static func parse(_ bytes: Span<UInt8>) -> ProxyHeaderParser.Outcome {
        for index in 0..<min(signature.count, bytes.count) where bytes[index] != signature[index] {
            return .refused(.noHeader)
        }
        guard bytes.count > 12 else { return .incomplete }
        guard bytes[12] >> 4 == 2 else { return .refused(.badVersion) }
        let command = bytes[12] & 15
        guard command <= 1 else { return .refused(.badCommand) }
        guard bytes.count >= startBytes else { return .incomplete }
        let length = startBytes + Int(word16(bytes, at: 14))
        guard length <= startBytes + maximumLength else { return .refused(.tooLong) }
        guard bytes.count >= length else { return .incomplete }
        let header = bytes.extracting(first: length)
        if command == 0 {
            return judgeExtensions(
                header, from: length, ProxyHeader(source: nil, destination: nil, isLocal: true))
        }
        return parseAddresses(header)
    }

    /// Judges a whole header whose command is PROXY.
    private static func parseAddresses(_ header: Span<UInt8>) -> ProxyHeaderParser.Outcome {
        let family: Family
        switch header[13] {
        case 0x11: family = .ipv4
        case 0x21: family = .ipv6
        case 0x31: family = .unix
        case 0x00: family = .unspecified
        default: return .refused(.badFamily)
        }
        let end = startBytes + family.addressBytes
        guard header.count >= end else { return .refused(.tooShort) }
        let source: SocketAddress?
        let destination: SocketAddress?
        switch family {
        case .unspecified:
            // The sender may put addresses there that nobody can name; only extensions could be judged, and
            // they cannot be found.
            return .complete(ProxyHeader(source: nil, destination: nil, isLocal: false), length: header.count)
        case .ipv4:
            source = .ip(IPAddress(v4: word32(header, at: 16)), port: word16(header, at: 24))
            destination = .ip(IPAddress(v4: word32(header, at: 20)), port: word16(header, at: 26))
        case .ipv6:
            source = .ip(ipv6(header, at: 16), port: word16(header, at: 48))
            destination = .ip(ipv6(header, at: 32), port: word16(header, at: 50))
        case .unix:
            source = unix(header, at: 16)
            destination = unix(header, at: 124)
        }
        return judgeExtensions(
            header, from: end, ProxyHeader(source: source, destination: destination, isLocal: false))
    }

    /// Walks over the extensions (section 2.2): each must fit, and a checksum among them must be right.
    private static func judgeExtensions(
        _ header: Span<UInt8>, from start: Int, _ result: ProxyHeader
    ) -> ProxyHeaderParser.Outcome {
        var cursor = start
        var checksumAt: Int?
        while cursor < header.count {
            guard cursor + 3 <= header.count else { return .refused(.badExtension) }
            let end = cursor + 3 + Int(word16(header, at: cursor + 1))
            guard end <= header.count else { return .refused(.badExtension) }
            if header[cursor] == 0x03 {  // PP2_TYPE_CRC32C
                guard end - cursor == 7, checksumAt == nil else { return .refused(.badExtension) }
                checksumAt = cursor + 3
            }
            cursor = end
        }
        if let checksumAt {
            let expected = word32(header, at: checksumAt)
            guard CRC32C.checksum(header, zeroed: checksumAt..<(checksumAt + 4)) == expected else {
                return .refused(.badChecksum)
            }
        }
        return .complete(result, length: header.count)
    }

    private static func word16(_ bytes: Span<UInt8>, at index: Int) -> UInt16 {
        UInt16(bytes[index]) << 8 | UInt16(bytes[index + 1])
    }

    private static func word32(_ bytes: Span<UInt8>, at index: Int) -> UInt32 {
        UInt32(word16(bytes, at: index)) << 16 | UInt32(word16(bytes, at: index + 2))
    }

    private static func word64(_ bytes: Span<UInt8>, at index: Int) -> UInt64 {
        UInt64(word32(bytes, at: index)) << 32 | UInt64(word32(bytes, at: index + 4))
    }

    /// An IPv4-mapped address (RFC 4291 section 2.5.5.2) becomes IPv4, as everywhere in Limpet.
    private static func ipv6(_ bytes: Span<UInt8>, at index: Int) -> IPAddress {
        let high = word64(bytes, at: index)
        let low = word64(bytes, at: index + 8)
        return high == 0 && low >> 32 == 0xffff
            ? IPAddress(v4: UInt32(truncatingIfNeeded: low)) : IPAddress(high: high, low: low, isIPv4: false)
    }

    /// The path of 108 bytes at `index`, up to its first NUL; nil if it is empty, abstract or not ended.
    private static func unix(_ bytes: Span<UInt8>, at index: Int) -> SocketAddress? {
        var path: [UInt8] = []
        for offset in 0..<108 {
            guard bytes[index + offset] != 0 else { break }
            path.append(bytes[index + offset])
        }
        guard !path.isEmpty, path.count <= SocketAddress.maximumPathBytes else { return nil }
        return .unix(path: String(decoding: path, as: UTF8.self))
    }
}
