import HTTP
import Testing

@testable import HTTP1

/// Which coding clients would rather have.
@Suite struct AcceptEncodingTests {
    private func chosen(_ fields: String, among offered: [StaticString] = ["br", "gzip"]) -> String? {
        let bytes = Array("GET / HTTP/1.1\r\nHost: a\r\n\(fields)\r\n".utf8)
        var parser = RequestHeadParser()
        guard case .complete = parser.parse(bytes.span) else { return "unreadable" }
        return AcceptEncoding.choose(parser.head.fields, bytes: bytes.span, among: offered)
            .map { "\(offered[$0])" }
    }

    @Test(arguments: [
        ("gzip", "gzip"), ("GZIP", "gzip"), ("x-gzip", "gzip"), ("br", "br"), ("gzip, br", "br"),
        ("gzip, deflate, br, zstd", "br"), ("gzip;q=1.0, br;q=0.9", "gzip"), ("br;q=0.001", "br"),
        ("gzip ; q=0.5 , br ; Q=0.25", "gzip"), ("*", "br"), ("br;q=0, *", "gzip"), ("*;q=0, gzip", "gzip"),
        ("*;q=0.5, gzip;q=0.6", "gzip"), ("identity, gzip;q=0.1", "gzip"), ("gzip;q=1.000", "gzip"),
    ])
    func `the greatest weight wins`(value: String, name: String) {
        #expect(chosen("Accept-Encoding: \(value)\r\n") == name)
    }

    @Test(arguments: [
        "", "identity", "deflate", "gzip;q=0", "gzip;q=0.000, br;q=0", "*;q=0", "gzip;q=", "gzip;q=x",
        "gzip;q=2",
        "gzip;q=1.001", "gzip;q=0.0001", "gzip;x=1", "gzip;q", "gzipp", "gzi", "gzip;q=0, gzip", "gzip;q=-1",
    ])
    func `nothing else is taken for consent`(value: String) {
        #expect(chosen("Accept-Encoding: \(value)\r\n") == nil)
    }

    @Test func `who says nothing gets the content as it is`() {
        #expect(chosen("") == nil)
        #expect(chosen("X-Accept-Encoding: gzip\r\n") == nil)
        #expect(chosen("Connection: Accept-Encoding\r\nAccept-Encoding: gzip\r\n") == nil)
    }

    @Test func `several lines are one list`() {
        #expect(chosen("Accept-Encoding: gzip;q=0.5\r\nAccept-Encoding: br;q=0.6\r\n") == "br")
    }

    @Test func `of equal ones the first that is offered wins`() {
        #expect(chosen("Accept-Encoding: br, gzip\r\n", among: ["gzip", "br"]) == "gzip")
    }

    @Test func `credentials are authorization and every cookie but ours`() {
        func present(_ fields: String, besides ours: String = "own") -> Bool {
            let bytes = Array("GET / HTTP/1.1\r\nHost: a\r\n\(fields)\r\n".utf8)
            var parser = RequestHeadParser()
            guard case .complete = parser.parse(bytes.span) else { return false }
            return Credentials.arePresent(in: parser.head, bytes: bytes.span, besides: Array(ours.utf8).span)
        }
        #expect(!present(""))
        #expect(present("Authorization: Basic x\r\n"))
        #expect(present("Cookie: a=b\r\n"))
        #expect(!present("Cookie: own=b\r\n") && present("Cookie: own=b\r\n", besides: ""))
        #expect(present("Cookie: own=b; a=c\r\n") && present("Cookie: own=b\r\nCookie: a\r\n"))
    }
}
