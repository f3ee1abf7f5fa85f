internal import Platform

/// Version 1 of the header: one line of text.
enum TextHeader {
    /// The longest line with its end (section 2.1).
    static let maximumBytes = 107

    static func parse(_ bytes: Span<UInt8>) -> ProxyHeaderParser.Outcome {
        let start: InlineArray<6, UInt8> = [0x50, 0x52, 0x4f, 0x58, 0x59, 0x20]  // "PROXY "
        for index in 0..<min(start.count, bytes.count) where bytes[index] != start[index] {
            return .refused(.noHeader)
        }
        for index in 0..<min(maximumBytes, bytes.count) where bytes[index] == 0x0a {
            guard index > start.count, bytes[index - 1] == 0x0d else { return .refused(.badText) }
            return parseLine(bytes.extracting(start.count..<(index - 1)), length: index + 1)
        }
        return bytes.count < maximumBytes ? .incomplete : .refused(.tooLong)
    }

    /// Judges what stands between `PROXY ` and the line's end.
    private static func parseLine(_ line: Span<UInt8>, length: Int) -> ProxyHeaderParser.Outcome {
        var words: [String] = []
        var word: [UInt8] = []
        for index in line.indices {
            guard line[index] > 0x1f, line[index] < 0x7f else { return .refused(.badText) }
            if line[index] == 0x20 {
                words.append(String(decoding: word, as: UTF8.self))
                word.removeAll()
            } else {
                word.append(line[index])
            }
        }
        words.append(String(decoding: word, as: UTF8.self))
        // Whatever follows UNKNOWN is to be ignored (section 2.1).
        if words[0] == "UNKNOWN" {
            return .complete(ProxyHeader(source: nil, destination: nil, isLocal: false), length: length)
        }
        guard words.count == 5, words[0] == "TCP4" || words[0] == "TCP6" else { return .refused(.badText) }
        let isIPv4 = words[0] == "TCP4"
        guard let source = address(words[1], port: words[3], isIPv4: isIPv4),
            let destination = address(words[2], port: words[4], isIPv4: isIPv4)
        else { return .refused(.badAddress) }
        return .complete(
            ProxyHeader(source: source, destination: destination, isLocal: false), length: length)
    }

    private static func address(_ text: String, port: String, isIPv4: Bool) -> SocketAddress? {
        guard text.contains(":") != isIPv4, let ip = IPAddress(text) else { return nil }
        let isNumber = port.utf8.allSatisfy { $0 >= 0x30 && $0 <= 0x39 }
        guard isNumber, port == "0" || port.utf8.first != 0x30, let number = UInt16(port) else { return nil }
        return .ip(ip, port: number)
    }
}
