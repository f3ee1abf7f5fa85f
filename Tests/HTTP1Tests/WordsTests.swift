import HTTP
import Runtime
import Testing

@testable import HTTP1

@Suite struct WordsTests {
    private static let names: [(String, FieldKind)] = [
        ("Host", .host), ("Connection", .connection), ("Content-Length", .contentLength),
        ("Transfer-Encoding", .transferEncoding),
        ("Expect", .expect), ("Upgrade", .upgrade), ("TE", .te), ("Trailer", .trailer),
        ("Keep-Alive", .keepAlive),
        ("Proxy-Connection", .proxyConnection), ("Proxy-Authenticate", .proxyAuthenticate),
        ("Proxy-Authorization", .proxyAuthorization),
        ("Authorization", .authorization), ("Cookie", .cookie), ("Set-Cookie", .setCookie),
        ("Forwarded", .forwarded),
        ("X-Forwarded-For", .xForwardedFor), ("X-Forwarded-Proto", .xForwardedProto),
        ("X-Forwarded-Host", .xForwardedHost),
        ("X-Forwarded-Port", .xForwardedPort), ("X-Real-IP", .xRealIP), ("Via", .via),
        ("X-Request-ID", .xRequestID), ("Date", .date),
        ("Server", .server), ("Location", .location), ("Client-Cert", .clientCert),
        ("Client-Cert-Chain", .clientCertChain),
        ("Early-Data", .earlyData), ("Max-Forwards", .maxForwards), ("HTTP2-Settings", .http2Settings),
    ]

    @Test func `every known field is recognised in any mixture of case`() {
        #expect(Set(Self.names.map(\.1)).count == FieldKind.allCases.count - 1)
        for (name, kind) in Self.names {
            for text in [name, name.lowercased(), name.uppercased()] {
                #expect(FieldKind(Array(text.utf8).span) == kind)
            }
        }
    }

    @Test func `a name that differs in one byte is another`() {
        for (name, _) in Self.names {
            for index in name.utf8.indices {
                var bytes = Array(name.utf8)
                let offset = name.utf8.distance(from: name.utf8.startIndex, to: index)
                for change: UInt8 in [0x01, 0x40, 0x10, 0x0f] {
                    bytes[offset] = Array(name.utf8)[offset] ^ change
                    #expect(FieldKind(bytes.span) == .other)
                }
            }
            #expect(FieldKind(Array((name + "x").utf8).span) == .other)
            #expect(FieldKind(Array(name.utf8.dropLast()).span) == .other)
        }
    }

    @Test func `names of all lengths are compared whole`() {
        for count in 0...40 {
            let name = [UInt8](repeating: 0x61, count: count)
            #expect(FieldKind(name.span) == .other)
            guard count > 0, count <= FoldedName.maximumBytes else { continue }
            for index in 0..<count {
                var changed = name
                changed[index] = 0x62
                #expect(FoldedName(changed.span) != FoldedName(name.span))
            }
        }
    }

    @Test func `the character table says what the RFCs say`() {
        let token = Set("!#$%&'*+-.^_`|~0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ".utf8)
        for byte in UInt8.min...UInt8.max {
            let classes = CharacterClass(of: byte)
            let isVisible = byte > 0x20 && byte < 0x7f
            #expect(classes.contains(.token) == token.contains(byte))
            #expect(classes.contains(.text) == (byte == 9 || byte >= 0x20 && byte != 0x7f))
            #expect(classes.contains(.query) == (isVisible && !Set("#\"<>".utf8).contains(byte)))
            #expect(classes.contains(.path) == (isVisible && !Set("#\"<>?\\".utf8).contains(byte)))
            let isAlphanumeric = token.contains(byte) && !Set("!#$%&'*+-.^_`|~".utf8).contains(byte)
            #expect(classes.contains(.host) == (isAlphanumeric || Set("-._~".utf8).contains(byte)))
            #expect(classes.contains(.underscore) == (byte == 0x5f))
            #expect(classes.contains(.percent) == (byte == 0x25))
            #expect(classes.contains(.dot) == (byte == 0x2e))
        }
    }

    @Test func `searches by words find what searches by bytes find`() {
        for byte in UInt8.min...UInt8.max {
            for position in [0, 1, 7, 8, 9, 15, 16, 17, 23, 30] {
                for filler: UInt8 in [0x61, 0xff, 0x80, 0x2d] {
                    var bytes = [UInt8](repeating: filler, count: 31)
                    bytes[position] = byte
                    let control = bytes.firstIndex { $0 < 0x20 || $0 == 0x7f } ?? 31
                    #expect(ByteScan.firstControl(in: bytes.span, from: 0, to: 31) == control)
                    let wanted = bytes.firstIndex(of: byte) ?? 31
                    #expect(ByteScan.first(byte, in: bytes.span, from: 0, to: 31) == wanted)
                    var seen: CharacterClass = []
                    let other = bytes.firstIndex { !CharacterClass(of: $0).contains(.token) } ?? 31
                    #expect(ByteScan.firstOutsideToken(in: bytes.span, from: 0, to: 31, seen: &seen) == other)
                    #expect(
                        ByteScan.firstOutside(.token, in: bytes.span, from: 0, to: 31, seen: &seen) == other)
                }
            }
        }
    }

    @Test(arguments: [
        (UInt64(784_111_777), "Sun, 06 Nov 1994 08:49:37 GMT"), (0, "Thu, 01 Jan 1970 00:00:00 GMT"),
        (951_782_400, "Tue, 29 Feb 2000 00:00:00 GMT"),
        (4_107_542_399, "Sun, 28 Feb 2100 23:59:59 GMT"), (4_107_542_400, "Mon, 01 Mar 2100 00:00:00 GMT"),
        (1_735_689_599, "Tue, 31 Dec 2024 23:59:59 GMT"), (.max, "Fri, 31 Dec 9999 23:59:59 GMT"),
    ])
    func `a date is written as HTTP wants it`(seconds: UInt64, text: String) {
        var date = HTTPDate()
        date.update(seconds: seconds)
        let bytes = date.bytes
        #expect(String(decoding: bytes.indices.map { bytes[$0] }, as: UTF8.self) == text)
    }

    @Test(arguments: ["", "a b", "ä", "a:", "a\r\nb"])
    func `a rule with a malformed name is refused`(name: String) {
        #expect(throws: FieldRules.Fault.badName(name)) { try FieldRules([.remove(name: name)]) }
    }

    @Test(arguments: ["a\r\nb", "\u{0}", " a", "a ", "\u{7f}", "a\tb"])
    func `a rule with a malformed value is refused`(value: String) {
        #expect(throws: FieldRules.Fault.badValue(value)) { try FieldRules([.set(name: "A", value: value)]) }
        #expect(throws: FieldRules.Fault.badValue(value)) { try FieldRules([.add(name: "A", value: value)]) }
    }

    @Test(arguments: [
        "Connection", "content-length", "Transfer_Encoding", "Upgrade", "Expect", "TE", "Trailer",
        "Keep-Alive",
    ])
    func `framing and connection are beyond the reach of rules`(name: String) {
        #expect(throws: FieldRules.Fault.reserved(name)) { try FieldRules([.add(name: name, value: "x")]) }
    }

    @Test func `Host may be set, never added or removed`() throws {
        #expect(throws: FieldRules.Fault.reserved("Host")) { try FieldRules([.remove(name: "Host")]) }
        #expect(throws: FieldRules.Fault.reserved("HOST")) {
            try FieldRules([.add(name: "HOST", value: "a")])
        }
        #expect(try FieldRules([.set(name: "host", value: "a")]).removedKinds.contains(.host))
    }

    @Test func `a rule for a long name matches it alone`() throws {
        let name = "X-" + String(repeating: "a", count: 70)
        let rules = try FieldRules([.remove(name: name), .remove(name: "Y")])
        #expect(rules.removes(Array(name.utf8).span) == true)
        #expect(rules.removes(Array(name.uppercased().utf8).span) == true)
        #expect(rules.removes(Array((name + "a").utf8).span) == false)
        #expect(rules.removes(Array("y".utf8).span) == true)
        #expect(rules.removes(Array("x".utf8).span) == false)
    }

    @Test func `a table holds as many lines as its limit`() {
        var table = FieldTable(limit: 40)
        for number in 0..<40 {
            let extent = Extent(start: UInt32(number), count: 1)
            let line = FieldLine(name: extent, value: extent, kind: number % 2 == 0 ? .other : .via)
            let isAdded = table.append(line)
            #expect(isAdded)
        }
        let isAdded = table.append(FieldLine(name: .none, value: .none, kind: .other))
        #expect(!isAdded)
        #expect(table.count == 40)
        #expect(table[39].nameStart == 39)
        #expect(table.firstIndex(of: .via, from: 2) == 3)
        #expect(table.firstIndex(of: .host) == nil)
        #expect(table.lines.count == 40)
        table.removeAll()
        #expect(table.count == 0)
        #expect(table.lines.count == 0)
    }

    @Test func `methods know what they may do`() {
        let methods: [HTTP.Method] = [
            .get, .head, .post, .put, .delete, .options, .trace, .patch, .connect, .other,
        ]
        #expect(methods.filter(\.isSafe) == [.get, .head, .options, .trace])
        #expect(methods.filter(\.isIdempotent) == [.get, .head, .put, .delete, .options, .trace])
    }

    @Test func `every refusal has its own sentence and an error for its status`() {
        #expect(Set(Refusal.allCases.map { "\($0.sentence)" }).count == Refusal.allCases.count)
        #expect(Refusal.allCases.allSatisfy { (400...505).contains($0.status.code) })
    }
}
