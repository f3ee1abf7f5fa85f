extension AbusiveResponse {
    private static let ok = "HTTP/1.1 200 OK\r\n"

    /// RFC 9112 sections 4 and 5: heads that are none.
    static let heads: [AbusiveResponse] = [
        keeps("the greeting of another protocol", "SSH-2.0-OpenSSH_9.2\r\n\r\n", .answered([502])),
        sends("a body without a head", "<html>hello</html>", .answered([502])),
        head("a status line of HTTP/2", "HTTP/2 200 OK\r\nContent-Length: 5\r\n"),
        head("a version in lower case", "http/1.1 200 OK\r\nContent-Length: 5\r\n"),
        head("a status of two digits", "HTTP/1.1 20 OK\r\nContent-Length: 5\r\n"),
        head("a status of four digits", "HTTP/1.1 2000 OK\r\nContent-Length: 5\r\n"),
        head("a status that is no number", "HTTP/1.1 2xx OK\r\nContent-Length: 5\r\n"),
        head("status 000", "HTTP/1.1 000 OK\r\nContent-Length: 5\r\n"),
        head("two spaces in the status line", "HTTP/1.1  200 OK\r\nContent-Length: 5\r\n"),
        head("NUL in the reason", "HTTP/1.1 200 O\0K\r\nContent-Length: 5\r\n"),
        keeps("bare LF ends every line", "HTTP/1.1 200 OK\nContent-Length: 5\n\nhello", .answered([502])),
        head("bare CR in a field value", ok + "X-A: b\rX-C: d\r\nContent-Length: 5\r\n"),
        head("NUL in a field value", ok + "X-A: b\0c\r\nContent-Length: 5\r\n"),
        head("a folded field value", ok + "X-A: b\r\n c\r\nContent-Length: 5\r\n"),
        head("a field line without a colon", ok + "X-A\r\nContent-Length: 5\r\n"),
        head("a field name that is no token", ok + "X(A): b\r\nContent-Length: 5\r\n"),
        head("an empty field name", ok + ": b\r\nContent-Length: 5\r\n"),
        head(
            "a head beyond the limit",
            ok + "X-A: " + String(repeating: "b", count: 65_536) + "\r\nContent-Length: 5\r\n"),
        head("too many fields", ok + (0..<60).map { "X-\($0): b\r\n" }.joined() + "Content-Length: 5\r\n"),
        head("a line without an end", "HTTP/1.1 200 " + String(repeating: "b", count: 65_536)),
        keeps(
            "a switch of protocols that nobody asked for",
            "HTTP/1.1 101 Switching Protocols\r\nUpgrade: evil\r\nConnection: Upgrade\r\n\r\n",
            .answered([502])),
    ]

    /// RFC 9112 section 6: where the end of the response would be a matter of opinion.
    static let framings: [AbusiveResponse] = [
        head("both framings", ok + "Content-Length: 5\r\nTransfer-Encoding: chunked\r\n"),
        head("two different Content-Lengths", ok + "Content-Length: 5\r\nContent-Length: 6\r\n"),
        head("a list of different Content-Lengths", ok + "Content-Length: 5, 6\r\n"),
        head("a negative Content-Length", ok + "Content-Length: -5\r\n"),
        head("Content-Length with a plus", ok + "Content-Length: +5\r\n"),
        head("Content-Length in hexadecimal", ok + "Content-Length: 0x5\r\n"),
        head("empty Content-Length", ok + "Content-Length:\r\n"),
        head("Content-Length that wraps around 64 bits", ok + "Content-Length: 18446744073709551621\r\n"),
        head("a coding that nobody asked for", ok + "Transfer-Encoding: gzip, chunked\r\n"),
        head("a coding behind chunked", ok + "Transfer-Encoding: chunked, gzip\r\n"),
        head("chunked twice", ok + "Transfer-Encoding: chunked, chunked\r\n"),
        head("chunked in HTTP/1.0", "HTTP/1.0 200 OK\r\nTransfer-Encoding: chunked\r\n"),
    ]
}
