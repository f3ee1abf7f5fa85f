import HTTP
import Testing

@testable import HTTP1

@Suite struct HostTests {
    @Test(arguments: [
        ("example.com", "example.com", "none"), ("Example.COM.", "Example.COM.", "none"), ("a:80", "a", "80"),
        ("127.0.0.1:8443", "127.0.0.1", "8443"), ("[::1]", "[::1]", "none"),
        ("[2001:db8::1]:443", "[2001:db8::1]", "443"),
        ("a:", "a", "none"), ("under_score", "under_score", "none"),
        ("[::ffff:1.2.3.4]:1", "[::ffff:1.2.3.4]", "1"),
        ("a:65535", "a", "65535"),
    ])
    func `a host is taken apart`(value: String, host: String, port: String) throws {
        let head = try request("GET / HTTP/1.1\r\nHost: \(value)\r\n\r\n")
        #expect(head.facts[1...3] == ["authority \(value)", "host \(host)", "port \(port)"])
    }

    @Test(arguments: [
        "", ":80", "a b", "a/b", "a@b", "a:b", "a:65536", "a:123456", "a:-1", "a:1:2", "[::1", "::1", "[]",
        "[:]", "[::1]x",
        "[::g]", "[::1]:", "a%41", "a,b", "ä", ".a", "a..b", "http://a", "a?b", "a#b", "[fe80::1%25eth0]",
        "a\\b",
        "a;b", "[::1]]",
    ])
    func `a malformed host is refused`(value: String) throws {
        let refusal = refusal("GET / HTTP/1.1\r\nHost: \(value)\r\n\r\n")
        #expect(refusal == (value == "[::1]:" ? nil : .badHost))
    }

    @Test func `a host longer than a name can be is refused`() {
        #expect(refusal("GET / HTTP/1.1\r\nHost: \(String(repeating: "a", count: 255))\r\n\r\n") == nil)
        #expect(refusal("GET / HTTP/1.1\r\nHost: \(String(repeating: "a", count: 256))\r\n\r\n") == .badHost)
    }

    @Test func `a request of version 1-1 has a Host`() {
        #expect(refusal("GET / HTTP/1.1\r\n\r\n") == .missingHost)
        #expect(refusal("GET / HTTP/1.1\r\nHost_: a\r\n\r\n") == .missingHost)
    }

    @Test func `a request of version 1-0 may do without`() throws {
        #expect(try request("GET / HTTP/1.0\r\n\r\n").facts[1] == "authority ")
    }

    @Test(arguments: ["Host: a", "Host: b", "host: a", "HOST:"])
    func `a second Host is refused, even the same`(line: String) {
        #expect(refusal(get(line)) == .repeatedHost)
        #expect(refusal("GET / HTTP/1.0\r\nHost: a\r\n\(line)\r\n\r\n") == .repeatedHost)
    }
}
