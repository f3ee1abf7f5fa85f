import Platform
import Testing

@testable import ProxyProtocol

@Suite struct TextHeaderTests {
    private func judgeText(_ text: String) -> ProxyHeaderParser.Outcome {
        judge(Array(text.utf8))
    }

    @Test func `an IPv4 line is read`() {
        let line = "PROXY TCP4 192.0.2.1 198.51.100.7 56324 443\r\n"
        let header = header("192.0.2.1:56324", "198.51.100.7:443")
        #expect(judgeText(line + "GET /") == .complete(header, length: line.utf8.count))
    }

    @Test func `an IPv6 line is read`() {
        let line = "PROXY TCP6 2001:db8::1 2001:db8::2 0 65535\r\n"
        #expect(
            judgeText(line)
                == .complete(header("[2001:db8::1]:0", "[2001:db8::2]:65535"), length: line.utf8.count))
    }

    @Test(arguments: [
        "PROXY UNKNOWN\r\n", "PROXY UNKNOWN ffff::1 ffff::2 1 2\r\n", "PROXY UNKNOWN whatever it is\r\n",
    ])
    func `an unknown source is taken as such`(line: String) {
        let header = ProxyHeader(source: nil, destination: nil, isLocal: false)
        #expect(judgeText(line) == .complete(header, length: line.utf8.count))
    }

    @Test(arguments: [
        "GET / HTTP/1.1\r\n", "PROXX TCP4", "proxy TCP4 1.1.1.1 1.1.1.1 1 1\r\n", "\u{16}\u{3}", "PROXY\r\n",
    ])
    func `what is no header is refused at its first wrong byte`(text: String) {
        #expect(judgeText(text) == .refused(.noHeader))
    }

    @Test(arguments: [
        "PROXY \r\n", "PROXY TCP4\r\n", "PROXY TCP5 1.1.1.1 1.1.1.1 1 1\r\n",
        "PROXY TCP4 1.1.1.1 1.1.1.1 1\r\n",
        "PROXY TCP4 1.1.1.1 1.1.1.1 1 1 \r\n", "PROXY TCP4  1.1.1.1 1.1.1.1 1 1\r\n",
        "PROXY TCP4 1.1.1.1 1.1.1.1 1 1 1\r\n",
        "PROXY TCP4 1.1.1.1 1.1.1.1 1 1\n", "PROXY TCP4\t1.1.1.1 1.1.1.1 1 1\r\n", "PROXY UNKNOWN \u{0}\r\n",
        "PROXY UNKNOWNx\r\n",
        "PROXY \n",
    ])
    func `a malformed line is refused`(line: String) {
        #expect(judgeText(line) == .refused(.badText))
    }

    @Test(arguments: [
        "TCP4 1.1.1 1.1.1.1 1 1", "TCP4 ::1 1.1.1.1 1 1", "TCP6 1.1.1.1 ::1 1 1",
        "TCP4 1.1.1.256 1.1.1.1 1 1",
        "TCP4 1.1.1.1 1.1.1.1 65536 1", "TCP4 1.1.1.1 1.1.1.1 -1 1", "TCP4 1.1.1.1 1.1.1.1 +1 1",
        "TCP4 1.1.1.1 1.1.1.1 01 1",
        "TCP4 1.1.1.1 1.1.1.1 1 x", "TCP6 ::1 ::g 1 1", "TCP4 1.1.1.1 1.1.1.1  1", "TCP6 ::1%eth0 ::1 1 1",
        "TCP4 1.1.1.1 1.1.1.1 1 99999999999999999999",
    ])
    func `a malformed address is refused`(addresses: String) {
        #expect(judgeText("PROXY \(addresses)\r\n") == .refused(.badAddress))
    }

    @Test func `a line beyond 107 bytes is too long`() {
        let longest = "PROXY UNKNOWN " + String(repeating: "x", count: 91) + "\r\n"
        #expect(longest.utf8.count == 107)
        #expect(judgeText(longest) != .refused(.tooLong))
        #expect(judgeText("PROXY UNKNOWN " + String(repeating: "x", count: 93)) == .refused(.tooLong))
        #expect(judgeText("PROXY UNKNOWN " + String(repeating: "x", count: 92)) == .incomplete)
    }
}
