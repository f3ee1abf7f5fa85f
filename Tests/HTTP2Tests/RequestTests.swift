import HTTP
import HTTP2
import TestSupport
import Testing

/// What becomes of a request: the head of an HTTP/1.1 request, its body and its trailers.
struct RequestTests {
    private func text(_ fields: [(String, String)], isLast: Bool = true) throws -> String? {
        let stage = try Stage()
        stage.send([.headers(fields, isLast: isLast)])
        #expect(stage.log.refusals[1] == nil)
        return stage.log.requests[1]
    }

    @Test func `a request becomes a head of HTTP/1.1 with the authority as its Host`() throws {
        let found = try text(Frame.request("GET", "/a?b") + [("accept", "*/*"), ("x-a", "")])
        #expect(found == "GET /a?b HTTP/1.1\r\nhost: a.example\r\naccept: */*\r\nx-a: \r\n\r\n")
    }

    @Test func `pseudo-header fields may come in any order`() throws {
        let found = try text(Frame.request().reversed())
        #expect(found == "GET / HTTP/1.1\r\nhost: a.example\r\n\r\n")
    }

    @Test func `Host stands where there is no authority, and only once where there is one`() throws {
        let alone = try text(Frame.request().dropLast() + [("host", "b.example:8443")])
        #expect(alone == "GET / HTTP/1.1\r\nhost: b.example:8443\r\n\r\n")
        let both = try text(Frame.request() + [("host", "a.example")])
        #expect(both == "GET / HTTP/1.1\r\nhost: a.example\r\n\r\n")
    }

    @Test func `cookies that came apart are joined`() throws {
        let found = try text(
            Frame.request() + [("cookie", "a=1"), ("x-a", "b"), ("cookie", "c=2"), ("cookie", "d")])
        #expect(found == "GET / HTTP/1.1\r\nhost: a.example\r\nx-a: b\r\ncookie: a=1; c=2; d\r\n\r\n")
    }

    @Test func `a cookie without content joins nothing`() throws {
        let found = try text(Frame.request() + [("cookie", ""), ("cookie", "a=1"), ("cookie", "")])
        #expect(found == "GET / HTTP/1.1\r\nhost: a.example\r\ncookie: a=1\r\n\r\n")
        #expect(try text(Frame.request() + [("cookie", "")]) == "GET / HTTP/1.1\r\nhost: a.example\r\n\r\n")
    }

    @Test func `TE tells whether trailers are lost on the client`() throws {
        let found = try text(Frame.request() + [("te", "trailers")])
        #expect(found == "GET / HTTP/1.1\r\nhost: a.example\r\nte: trailers\r\n\r\n")
    }

    @Test func `a body of unknown length goes on in chunks`() throws {
        let found = try text(Frame.request("POST"), isLast: false)
        #expect(found == "POST / HTTP/1.1\r\nhost: a.example\r\ntransfer-encoding: chunked\r\n\r\n")
    }

    @Test func `a body of known length goes on as it is`() throws {
        let found = try text(Frame.request("POST") + [("content-length", "3")], isLast: false)
        #expect(found == "POST / HTTP/1.1\r\nhost: a.example\r\ncontent-length: 3\r\n\r\n")
    }

    @Test(arguments: [("POST", true), ("PUT", true), ("PATCH", true), ("GET", false), ("DELETE", false)])
    func `a request without a body says so where services ask for it`(method: String, saysSo: Bool) throws {
        let found = try #require(try text(Frame.request(method)))
        #expect(found.contains("content-length: 0\r\n") == saysSo)
    }

    @Test func `a body arrives as it was sent, in one frame or many`() throws {
        let content = (0..<3000).map { UInt8(truncatingIfNeeded: $0) }
        let stage = try Stage()
        stage.send([.headers(Frame.request("POST"), isLast: false)])
        for start in stride(from: 0, to: content.count, by: 750) {
            stage.send([.data(Array(content[start..<(start + 750)]), isLast: start == 2250)], inPieces: true)
        }
        #expect(stage.log.bodies[1] == content)
        #expect(stage.log.ended == [1])
    }

    @Test func `padding is no content`() throws {
        let stage = try Stage()
        stage.send([
            .headers(Frame.request("POST"), isLast: false),
            Frame(.data, flags: 0x9, stream: 1, [2, 0x61, 0x62, 0, 0]),
        ])
        #expect(stage.log.bodies[1] == [0x61, 0x62])
    }

    @Test func `trailers become the end of a chunked body`() throws {
        let stage = try Stage()
        stage.send([
            .headers(Frame.request("POST"), isLast: false), .data([1], isLast: false),
            .headers([("x-sum", "7"), ("x-b", "")]),
        ])
        #expect(stage.log.trailers[1] == "0\r\nx-sum: 7\r\nx-b: \r\n\r\n")
    }

    @Test func `a head beyond the limit is refused, and the connection goes on`() throws {
        let stage = try Stage()
        let fields = (0..<3).map { ("x-\($0)", String(repeating: "a", count: 12_000)) }
        let block = FieldBlock.literal(Frame.request() + fields)
        stage.send([
            Frame(.headers, flags: Frame.endStream, stream: 1, Array(block.prefix(16_000))),
            Frame(.continuation, stream: 1, Array(block[16_000..<32_000])),
            Frame(.continuation, flags: Frame.endHeaders, stream: 1, Array(block[32_000...])),
        ])
        #expect(stage.log.refusals[1] == .headTooLarge)
        #expect(stage.isAlive())
    }

    @Test func `more fields than are allowed are refused`() throws {
        let stage = try Stage()
        stage.send([.headers(Frame.request() + (0..<101).map { ("x-\($0)", "") })])
        #expect(stage.log.refusals[1] == .tooManyFields)
        stage.send([.headers(Frame.request() + (0..<90).map { ("x-\($0)", "") }, on: 3)])
        #expect(stage.log.requests[3] != nil && stage.log.refusals[3] == nil)
    }

    @Test func `a target beyond the limit is refused`() throws {
        let stage = try Stage()
        stage.send([.headers(Frame.request("GET", "/" + String(repeating: "a", count: 8192)))])
        #expect(stage.log.refusals[1] == .targetTooLong)
    }

    @Test func `requests that come together arrive in their order`() throws {
        let stage = try Stage()
        stage.send([1, 3, 5, 7].map { .headers(Frame.request("GET", "/\($0)"), on: $0) })
        #expect(stage.log.opened == [1, 3, 5, 7])
        #expect(stage.session.requestCount == 4)
    }
}
