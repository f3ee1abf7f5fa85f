internal import CFuzzer
internal import HTTP
internal import HTTP1
internal import HTTP2
internal import Platform
internal import Runtime

/// Makes fields from any bytes and sends them as a request of HTTP/2: what is passed on as a head of HTTP/1.1 must say
/// neither more nor less than the fields did.
@main
struct DowngradeFuzzer {
    static func main() {
        _ = unsafe limpet_fuzz(CommandLine.argc, CommandLine.unsafeArgv) { start, count in
            if let start = unsafe start { unsafe fuzz(Span(_unsafeStart: start, count: count)) }
            return 0
        }
    }
}

private struct Field: Equatable {
    var name: [UInt8]
    var value: [UInt8]

    init(_ name: [UInt8], _ value: [UInt8]) {
        self.name = name
        self.value = value
    }

    init(_ name: String, _ value: String) {
        self.init(Array(name.utf8), Array(value.utf8))
    }
}

private func fuzz(_ bytes: Span<UInt8>) {
    guard bytes.count > 1 else { return }
    let isTunnel = bytes[0] & 0x40 != 0
    let usual = [
        Field(":method", isTunnel ? "CONNECT" : bytes[0] & 1 == 0 ? "GET" : "POST"),
        Field(":scheme", "https"), Field(":path", "/a"),
        Field(":authority", "a.example"),
    ]
    // Now and then one of the usual fields is missing, so that the input can bring another one.
    let left = Int(bytes[0] >> 1 & 7)
    let pseudo = usual.enumerated().filter { $0.offset != left }.map(\.element)
    let fields = pseudo + fields(in: bytes.extracting(1...))
    let record = Record()
    play(fields, endsStream: bytes[0] & 0x10 == 0, allowsWebSocket: bytes[0] & 0x20 != 0, record)
    guard let head = record.head else { return }
    compare(fields, head)
}

/// Each field: a name from a list or of its own, and a value.
private func fields(in bytes: Span<UInt8>) -> [Field] {
    var fields: [Field] = []
    var index = 0
    func take(_ count: Int) -> [UInt8] {
        let end = min(bytes.count, index + count)
        defer { index = end }
        return bytes.extracting(index..<end).copied
    }
    while index < bytes.count, fields.count < 30 {
        let kind = Int(bytes[index])
        index += 1
        let name = kind < 0x80 ? take(kind & 15) : Array(names[kind % names.count].utf8)
        let length = take(1).first ?? 0
        fields.append(Field(name, take(Int(length & 63))))
    }
    return fields
}

private let names = [
    ":method", ":path", ":authority", ":scheme", ":protocol", ":status", "host", "cookie", "te", "connection",
    "content-length", "transfer-encoding", "upgrade", "expect", "x-a", "via", "forwarded", "trailer",
    "http2-settings",
]

private func play(_ fields: [Field], endsStream: Bool, allowsWebSocket: Bool, _ record: Record) {
    let now = MonotonicTime(nanoseconds: 1)
    var settings = SessionSettings()
    settings.allowsWebSocket = allowsWebSocket
    guard
        let session = try? ServerSession(
            settings, pool: Pool(record), buffers: BufferPool(), at: now)
    else { preconditionFailure("a session can be made") }
    var block: [UInt8] = []
    for (position, field) in fields.enumerated() {
        // With and without an entry in the table.
        block += [position % 2 == 0 ? 0x40 : 0] + string(field.name) + string(field.value)
    }
    let flags: UInt8 = endsStream ? 5 : 4
    let frame = [0, UInt8(block.count >> 8), UInt8(block.count & 0xff), 1, flags, 0, 0, 0, 1] + block
    session.receive(Array("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".utf8).span, at: now)
    session.receive([0, 0, 0, 4, 0, 0, 0, 0, 0].span, at: now)
    session.receive(frame.span, at: now)
    session.deliver()
    session.close()
}

/// A string literal of less than 127 bytes (RFC 7541 section 5.2).
private func string(_ bytes: [UInt8]) -> [UInt8] {
    [UInt8(min(bytes.count, 126))] + bytes.prefix(126)
}

/// Holds the head that was passed on against the fields that came.
private func compare(_ fields: [Field], _ bytes: [UInt8]) {
    var parser = RequestHeadParser()
    guard case .complete(let length) = parser.parse(bytes.span) else { return }
    precondition(length == bytes.count, "something follows the head")
    var written: [Field] = []
    for index in 0..<parser.head.fields.count {
        let line = parser.head.fields[index]
        written.append(Field(line.name.bytes(in: bytes.span).copied, line.value.bytes(in: bytes.span).copied))
    }
    // What the way down makes anew, or leaves here.
    var made = ["host", "cookie", "te", "content-length", "transfer-encoding"].map { Array($0.utf8) }
    let method = fields.first { $0.name == Array(":method".utf8) }
    if method?.value == Array("CONNECT".utf8) {
        compareTunnel(fields, written, method: parser.head.method)
        made += ["connection", "upgrade", "sec-websocket-key"].map { Array($0.utf8) }
    }
    let expected = fields.filter { $0.name.first != 0x3a && !made.contains($0.name) }
    precondition(written.filter { !made.contains($0.name) } == expected, "other fields than came")
    var cookies: [UInt8] = []
    for field in fields where field.name == made[1] && !field.value.isEmpty {
        if !cookies.isEmpty { cookies += Array("; ".utf8) }
        cookies += field.value
    }
    let joined = written.filter { $0.name == made[1] }.map(\.value)
    precondition(joined == (cookies.isEmpty ? [] : [cookies]), "other cookies than came")
    precondition(written.count { $0.name == made[0] } == 1, "not one Host")
    precondition(!written.contains { $0.name == made[2] }, "TE passes")
    let codings = written.filter { $0.name == made[4] }
    precondition(
        codings.allSatisfy { $0.value == Array("chunked".utf8) } && codings.count < 2, "a coding passes")
    precondition(written.count { $0.name == made[3] } + codings.count < 2, "two framings")
}

/// CONNECT stays what it is, or asks to upgrade to WebSocket and to nothing else.
private func compareTunnel(_ fields: [Field], _ written: [Field], method: Method) {
    let wanted = fields.filter { $0.name == Array(":protocol".utf8) }.map(\.value)
    let upgrades = written.filter { $0.name == Array("upgrade".utf8) }.map(\.value)
    let options = written.filter { $0.name == Array("connection".utf8) }.map(\.value)
    if wanted.isEmpty {
        precondition(
            method == .connect && upgrades.isEmpty && options.isEmpty, "another tunnel than asked for")
    } else {
        let isSame = upgrades == [Array("websocket".utf8)] && options == [Array("upgrade".utf8)]
        precondition(method == .get && wanted.count == 1 && isSame, "another tunnel than asked for")
        precondition(!written.contains { $0.name == Array("sec-websocket-key".utf8) }, "a key passes")
    }
}

private final class Record {
    var head: [UInt8]?
}

private final class Pool: StreamPool {
    private let record: Record

    init(_ record: Record) {
        self.record = record
    }

    override func make() -> ServerStream { Stream(record) }
}

private final class Stream: ServerStream {
    private let record: Record

    init(_ record: Record) {
        self.record = record
    }

    override func headArrived() {
        guard refusal == nil else { return }
        record.head = takeHead()?.copied
    }
}

extension Span<UInt8> {
    fileprivate var copied: [UInt8] { unsafe withUnsafeBufferPointer { unsafe Array($0) } }
}
