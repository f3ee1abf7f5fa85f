import HTTP
import Testing

@testable import HTTP1

@Suite struct ConnectionTests {
    @Test(arguments: [
        ("1.1", "", "persistent"), ("1.1", "Connection: close\r\n", "close"),
        ("1.1", "Connection: Keep-Alive\r\n", "persistent"),
        ("1.1", "Connection: keep-alive, CLOSE\r\n", "close"),
        ("1.1", "Connection: a\r\nConnection: close\r\n", "close"),
        ("1.0", "", "close"), ("1.0", "Connection: keep-alive\r\n", "persistent"),
        ("1.0", "Connection: close, keep-alive\r\n", "close"),
        ("1.1", "Proxy-Connection: close\r\n", "persistent"),
        ("1.0", "Proxy-Connection: keep-alive\r\n", "close"),
        ("1.1", "Connection:\r\n", "persistent"), ("1.1", "Connection: , ,close ,\r\n", "close"),
    ])
    func `a connection goes on or ends as version and Connection say`(
        version: String, line: String, outcome: String
    ) throws {
        #expect(try request("GET / HTTP/\(version)\r\nHost: a\r\n\(line)\r\n").facts.contains(outcome))
    }

    @Test func `fields that Connection nominates end here`() throws {
        let head = try request(get("Connection: X-A, close", "x-a: 1", "X-B: 2", "X-A: 3", "connection: x-b"))
        #expect(head.dropped == ["x-a=1", "X-B=2", "X-A=3"])
    }

    @Test func `Host and framing fields cannot be nominated away`() throws {
        let head = try request(get("Connection: host, content-length", "Content-Length: 3"))
        #expect(head.dropped.isEmpty)
        #expect(head.facts.contains("length(3)"))
    }

    @Test(arguments: ["a b", "a;b", "\"close\"", "clöse", "(x)"])
    func `a Connection that is no list of tokens is refused`(value: String) {
        #expect(refusal(get("Connection: \(value)")) == .badConnection)
    }

    @Test func `too many nominations are refused`() {
        let names = (0..<16).map { "n\($0)" }.joined(separator: ",")
        #expect(refusal(get("Connection: \(names)")) == nil)
        #expect(refusal(get("Connection: \(names),x")) == .tooManyConnectionOptions)
        #expect(refusal(get("Connection: \(names)", "Connection: x")) == .tooManyConnectionOptions)
    }

    @Test func `a client that waits for the go-ahead is noticed`() throws {
        #expect(try request(get("Expect: 100-Continue")).facts.contains("expects"))
        #expect(try !request("POST / HTTP/1.0\r\nExpect: 100-continue\r\n\r\n").facts.contains("expects"))
    }

    @Test(arguments: ["200-ok", "", "100-continue, x", "100-continue;q=1"])
    func `another expectation fails`(value: String) {
        #expect(refusal(get("Expect: \(value)")) == .unsupportedExpectation)
        #expect(Refusal.unsupportedExpectation.status.code == 417)
    }
}
