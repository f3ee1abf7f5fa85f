/// Reads HTTP/1.1 messages from a socket, and refuses whatever RFC 9112 does not allow a sender to write:
/// the judge must be stricter than what it judges. Belongs to one thread.
final class MessageStream {
    /// How long a head may be.
    private static let headLimit = 256 * 1024

    let socket: Socket
    /// Sees every byte that comes from the socket, and how the connection ended.
    private let tap: (Socket.Received) -> Void
    /// What has come but was not yet read as part of a message.
    private(set) var buffer: [UInt8] = []
    private(set) var ending: Socket.Received?

    init(_ socket: Socket, tap: @escaping (Socket.Received) -> Void = { _ in }) {
        self.socket = socket
        self.tap = tap
    }

    /// Waits for more bytes; false when the connection has ended.
    func fill(_ activity: String, until deadline: Deadline) throws -> Bool {
        guard ending == nil else { return false }
        let received = try socket.receive(limit: 262_144, until: deadline)
        switch received {
        case .bytes(let bytes):
            tap(received)
            buffer += bytes
            return true
        case .end, .reset:
            tap(received)
            ending = received
            return false
        case .nothing:
            throw HarnessError.timeout(waitingFor: activity, seen: buffer.readable)
        }
    }

    /// Waits for more bytes, which must come.
    private func demand(_ activity: String, until deadline: Deadline) throws {
        guard try !fill(activity, until: deadline) else { return }
        if ending == .reset { throw HarnessError.reset(while: activity, seen: buffer.readable) }
        throw HarnessError.ended(while: activity, seen: buffer.readable)
    }

    /// Takes exactly `count` bytes.
    func take(_ count: Int, _ activity: String, until deadline: Deadline) throws -> [UInt8] {
        while buffer.count < count { try demand(activity, until: deadline) }
        let taken = Array(buffer.prefix(count))
        buffer.removeFirst(count)
        return taken
    }

    /// Takes a line and its CRLF; answers it without. A CR or LF that stands alone is refused.
    func takeLine(_ activity: String, until deadline: Deadline) throws -> [UInt8] {
        var scanned = 0
        while true {
            while scanned < buffer.count, buffer[scanned] != 0x0A { scanned += 1 }
            if scanned < buffer.count { break }
            guard scanned < Self.headLimit else { throw malformed("a line without an end") }
            try demand(activity, until: deadline)
        }
        guard scanned > 0, buffer[scanned - 1] == 0x0D else { throw malformed("a bare LF") }
        let line = Array(buffer[..<(scanned - 1)])
        guard !line.contains(0x0D) else { throw malformed("a bare CR") }
        buffer.removeFirst(scanned + 1)
        return line
    }

    /// Takes the lines up to and with an empty one; answers them and all bytes.
    func takeHead(until deadline: Deadline) throws -> (lines: [[UInt8]], bytes: [UInt8]) {
        var lines: [[UInt8]] = []
        var bytes: [UInt8] = []
        while true {
            let line = try takeLine("reading a head", until: deadline)
            bytes += line + [0x0D, 0x0A]
            if line.isEmpty { return (lines, bytes) }
            lines.append(line)
        }
    }

    func malformed(_ why: String) -> HarnessError {
        .malformed(why, seen: buffer.readable)
    }

    /// Reads field lines: a token, a colon right behind it, a value without control characters.
    func parseFields(_ lines: ArraySlice<[UInt8]>) throws -> Fields {
        var fields = Fields()
        for line in lines {
            guard let colon = line.firstIndex(of: 0x3A), colon > 0 else {
                throw HarnessError.malformed("a field line without a name", seen: line.readable)
            }
            guard line[..<colon].allSatisfy(Self.isTokenByte) else {
                throw HarnessError.malformed("a field name that is no token", seen: line.readable)
            }
            guard line[colon...].allSatisfy({ $0 == 0x09 || ($0 >= 0x20 && $0 != 0x7F) }) else {
                throw HarnessError.malformed("a control character in a field value", seen: line.readable)
            }
            let value = Substring(Array(line[(colon + 1)...]).text).trimmed
            fields.lines.append(Field(name: Array(line[..<colon]).text, value: String(value)))
        }
        return fields
    }

    static func isTokenByte(_ byte: UInt8) -> Bool {
        switch byte {
        case 0x30...0x39, 0x41...0x5A, 0x61...0x7A: true
        default: "!#$%&'*+-.^_`|~".utf8.contains(byte)
        }
    }

    /// How the fields frame a body: nil when they say nothing.
    func declaredFraming(_ fields: Fields) throws -> ResponseMessage.Framing? {
        let codings = fields.all("Transfer-Encoding")
        let lengths = fields.all("Content-Length")
        guard codings.count <= 1, lengths.count <= 1, codings.isEmpty || lengths.isEmpty else {
            throw malformed("framing fields that contradict or repeat: \(codings) \(lengths)")
        }
        if let coding = codings.first {
            guard coding.lowercased() == "chunked" else { throw malformed("transfer coding \(coding)") }
            return .chunked
        }
        guard let text = lengths.first else { return nil }
        guard !text.isEmpty, text.utf8.allSatisfy({ (0x30...0x39).contains($0) }), let length = Int(text)
        else {
            throw malformed("content length \(text)")
        }
        return .length(length)
    }

    /// Takes a chunk; nil at the last one, whose trailers are left in the stream.
    func takeChunk(until deadline: Deadline) throws -> [UInt8]? {
        let line = try takeLine("reading a chunk size", until: deadline)
        let digits = line.prefix { $0 != 0x3B }
        let text = Array(digits).text
        guard !text.isEmpty, text.count <= 15, text.utf8.allSatisfy({ UInt8(ascii: "0") <= $0 }),
            let size = Int(text, radix: 16)
        else { throw HarnessError.malformed("a chunk size", seen: line.readable) }
        guard size > 0 else { return nil }
        let data = try take(size, "reading a chunk", until: deadline)
        let end = try takeLine("reading the end of a chunk", until: deadline)
        guard end.isEmpty else {
            throw HarnessError.malformed("a chunk longer than its size", seen: end.readable)
        }
        return data
    }

    func takeTrailers(until deadline: Deadline) throws -> Fields {
        try parseFields(takeHead(until: deadline).lines[...])
    }

    func takeChunkedBody(until deadline: Deadline) throws -> (body: [UInt8], trailers: Fields) {
        var body: [UInt8] = []
        while let data = try takeChunk(until: deadline) { body += data }
        return (body, try takeTrailers(until: deadline))
    }

    /// Takes everything up to the orderly end of the connection.
    func takeUntilEnd(until deadline: Deadline) throws -> [UInt8] {
        while try fill("reading until the end", until: deadline) {}
        guard ending == .end else {
            throw HarnessError.reset(while: "reading until the end", seen: buffer.readable)
        }
        let taken = buffer
        buffer = []
        return taken
    }
}
