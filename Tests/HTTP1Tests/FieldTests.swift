import HTTP
import Testing

@testable import HTTP1

@Suite struct FieldTests {
    @Test func `white space around a value is not part of it`() throws {
        let head = try request(get("A:b", "C: \t d e\t ", "E:", "F:   "))
        #expect(head.fields == ["Host=a", "A=b", "C=d e", "E=", "F="])
    }

    @Test func `bytes above ASCII and tabs pass in a value`() throws {
        let head = try request(get("A: größe\tund \u{1F41A} mehr als sechzehn Bytes"))
        #expect(head.fields.last == "A=größe\tund \u{1F41A} mehr als sechzehn Bytes")
    }

    @Test(arguments: [
        "A: b\u{0}", "A: \u{1}b", "A: b\u{7f}c", "A: 0123456789abcdefghijk\u{b}", "A:\u{c}", "A: b\u{1b}[2J",
        "A: \u{8}",
    ])
    func `a control character in a value is refused`(line: String) {
        #expect(refusal(get(line)) == .badFieldValue)
    }

    @Test(arguments: ["A: b\nC: d", "A: b\n", "\nA: b", "A\n: b"])
    func `a bare line feed is refused`(line: String) {
        #expect(refusal(get(line)) == .bareLineFeed)
    }

    @Test(arguments: ["A: b\rC: d", "A: b\r\r", "\rA: b", "A: \r b"])
    func `a bare carriage return is refused`(line: String) {
        #expect(refusal(get(line)) == .bareCarriageReturn)
    }

    @Test(arguments: ["A: b\r\n c", "A: b\r\n\tc", "A:\r\n b", "A: b\r\n "])
    func `a folded line is refused`(line: String) {
        #expect(refusal(get(line)) == .obsoleteFolding)
    }

    @Test func `white space before the first field is refused`() {
        #expect(refusal("GET / HTTP/1.1\r\n Host: a\r\n\r\n") == .obsoleteFolding)
    }

    @Test(arguments: ["A : b", "A\t: b", "Content-Length : 5", "A b: c"])
    func `white space before the colon is refused`(line: String) {
        #expect(refusal(get(line)) == .whiteSpaceBeforeColon)
    }

    @Test(arguments: [": b", ":"])
    func `an empty field name is refused`(line: String) {
        #expect(refusal(get(line)) == .emptyFieldName)
    }

    @Test(arguments: [
        "A(: b", "Ä: b", "A\u{0}: b", "A/b: c", "A", "[A]: b", "\u{0}A: b", "A\"b: c", "A@: b",
        "Abcdefghi{: b",
    ])
    func `a field name that is no token is refused`(line: String) {
        #expect(refusal(get(line)) == .badFieldName)
    }

    @Test func `every token character may stand in a field name`() throws {
        let name = "!#$%&'*+-.^_`|~019azAZ"
        #expect(try request(get("\(name): v")).fields.last == "\(name)=v")
    }

    @Test func `a head beyond the limit is too large`() {
        var limits = HeadLimits()
        limits.headBytes = 64
        let frame = get("A: ").utf8.count
        #expect(refusal(get("A: " + String(repeating: "b", count: 64 - frame)), limits: limits) == nil)
        #expect(
            refusal(get("A: " + String(repeating: "b", count: 65 - frame)), limits: limits) == .headTooLarge)
        #expect(
            readRequest("GET / HTTP/1.1\r\nA: " + String(repeating: "b", count: 44), limits: limits)
                == .incomplete)
        #expect(
            refusal("GET / HTTP/1.1\r\nA: " + String(repeating: "b", count: 45), limits: limits)
                == .headTooLarge)
        #expect(Refusal.headTooLarge.status.code == 431)
    }

    @Test func `one field beyond the limit is too many`() {
        var limits = HeadLimits()
        limits.fields = 20
        let nineteen = (0..<19).map { "A\($0): b\r\n" }.joined()
        #expect(refusal("GET / HTTP/1.1\r\nHost: a\r\n\(nineteen)\r\n", limits: limits) == nil)
        #expect(
            refusal("GET / HTTP/1.1\r\nHost: a\r\n\(nineteen)B: c\r\n\r\n", limits: limits) == .tooManyFields)
        #expect(Refusal.tooManyFields.status.code == 431)
    }

    @Test(arguments: [
        "X_Forwarded_For: 6.6.6.6", "x_forwarded-proto: https", "Client_Cert: :x:", "Content_Length: 5",
        "TRANSFER_ENCODING: chunked", "Host_: a",
    ])
    func `an underscore does not smuggle a field past its rules`(line: String) throws {
        let head = try request(get(line))
        #expect(head.fields == (line.hasPrefix("Host_") ? ["Host=a", "Host_=a"] : ["Host=a"]))
        #expect(head.facts.contains("none"))
    }

    @Test func `an underscore in a name that is nobody's passes`() throws {
        #expect(try request(get("my_field: v")).fields.last == "my_field=v")
    }

    @Test func `a parser is used again without a trace of the request before`() throws {
        var parser = RequestHeadParser()
        let first = Array("POST /a%20b HTTP/1.0\r\nContent-Length: 5\r\nX: y\r\n\r\n".utf8)
        let second = Array(get().utf8)
        #expect(parser.parse(first.span) == .complete(length: first.count))
        parser.reset()
        let isIdle = parser.isIdle
        #expect(isIdle)
        #expect(parser.parse(second.span) == .complete(length: second.count))
        #expect(parser.head.fields.count == 1)
        #expect(parser.head.framing == .none)
        let isFresh = parser.head.isPersistent && parser.head.isPathPlain
        #expect(isFresh)
    }

    @Test func `a long line that comes byte by byte costs one look at each byte`() {
        var limits = HeadLimits()
        limits.headBytes = 1 << 20
        let bytes = Array(get("A: " + String(repeating: "b", count: 300_000)).utf8)
        var parser = RequestHeadParser(limits: limits)
        let clock = ContinuousClock()
        let spent = clock.measure {
            for count in 0...bytes.count { _ = parser.parse(bytes.span.extracting(first: count)) }
        }
        // Quadratic work would be 45 thousand million steps.
        #expect(spent < .seconds(20))
        #expect(parser.head.length == bytes.count)
    }
}
