internal import TestSupport

extension AbusiveResponse {
    private static let ok = "HTTP/1.1 200 OK\r\n"

    /// Connections that end, fall silent or are refused before there is a response.
    static let absences: [AbusiveResponse] = [
        .init("an end without a byte", .answered([502])) { connection, _ in connection.close() },
        .init("a reset without a byte", .answered([502])) { connection, _ in connection.reset() },
        sends("an end within the status line", "HTTP/1.1 20", .answered([502])),
        sends("an end within the fields", ok + "Content-Le", .answered([502])),
        .init("a reset within the fields", .answered([502])) { connection, _ in
            try connection.send(ok + "X-A: b\r\n")
            connection.reset()
        },
        sends("an end behind an interim response", "HTTP/1.1 103 Early Hints\r\n\r\n", .answered([502])),
        .init("silence", .answered([504])) { _, _ in },
        keeps("silence within the fields", ok + "Content-Le", .answered([504])),
        keeps("silence behind an interim response", "HTTP/1.1 103 Early Hints\r\n\r\n", .answered([504])),
        .init("interim responses without end", .answered([502, 504])) { connection, _ in
            for _ in 0..<100_000 { try connection.send("HTTP/1.1 102 Processing\r\n\r\n") }
        },
    ]

    /// Bodies that go wrong when their beginning is already with the client.
    static let bodies: [AbusiveResponse] = [
        sends("an end before Content-Length", ok + "Content-Length: 50\r\n\r\nhello", .cutOff),
        .init("a reset before Content-Length", .cutOff) { connection, _ in
            try connection.send(ok + "Content-Length: 50\r\n\r\nhello")
            connection.reset()
        },
        keeps("silence before Content-Length", ok + "Content-Length: 50\r\n\r\nhello", .cutOff),
        sends("an end within a chunk", ok + "Transfer-Encoding: chunked\r\n\r\n50\r\nhello", .cutOff),
        sends("an end between chunks", ok + "Transfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n", .cutOff),
        sends(
            "an end within the trailers", ok + "Transfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\nX-A",
            .cutOff),
        keeps("silence between chunks", ok + "Transfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n", .cutOff),
        chunked("a chunk size that is no number", "5\r\nhello\r\ng\r\nhello\r\n0\r\n\r\n"),
        chunked(
            "a chunk size that wraps around 64 bits", "5\r\nhello\r\n10000000000000005\r\nhello\r\n0\r\n\r\n"),
        chunked("a chunk longer than its size", "5\r\nhello\r\n4\r\nhello\r\n0\r\n\r\n"),
        chunked("bare LF ends a chunk size", "5\r\nhello\r\n5\nhello\r\n0\r\n\r\n"),
        chunked(
            "a chunk extension without an end", "5\r\nhello\r\n5;a=" + String(repeating: "b", count: 65_536)),
        chunked("a trailer without a colon", "5\r\nhello\r\n0\r\nX-A\r\n\r\n"),
        chunked(
            "trailers beyond the limit",
            "5\r\nhello\r\n0\r\nX-A: " + String(repeating: "b", count: 65_536) + "\r\n\r\n"),
        .init("a reset instead of the end of an unframed body", .cutOff) { connection, _ in
            try connection.send(ok + "\r\nhello")
            connection.reset()
        },
    ]

    /// Good responses with something behind them that a client must never take for the next one.
    static let surpluses: [AbusiveResponse] = [
        keeps(
            "a second response behind the first", ok + "Content-Length: 5\r\n\r\nhello" + evil,
            .cleaned(body: "hello")),
        keeps(
            "a second response behind the last chunk",
            ok + "Transfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\n\r\n" + evil, .cleaned(body: "hello")),
        keeps(
            "more bytes than Content-Length", ok + "Content-Length: 5\r\n\r\nhello world",
            .cleaned(body: "hello")),
        keeps(
            "a body for HEAD", method: "HEAD", ok + "Content-Length: \(evil.utf8.count)\r\n\r\n" + evil,
            .cleaned(body: "")),
        keeps("a body for 204", "HTTP/1.1 204 No Content\r\n\r\n" + evil, .cleaned(body: "")),
        keeps(
            "a body for 304",
            "HTTP/1.1 304 Not Modified\r\nContent-Length: \(evil.utf8.count)\r\n\r\n" + evil,
            .cleaned(body: "")),
    ]
}
