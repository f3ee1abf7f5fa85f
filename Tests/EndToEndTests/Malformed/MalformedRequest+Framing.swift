extension MalformedRequest {
    /// RFC 9112 section 6: where two readers could disagree on the end of a message.
    static let lengths: [MalformedRequest] = [
        framed(
            "Content-Length before Transfer-Encoding", "Content-Length: 5\r\nTransfer-Encoding: chunked\r\n"),
        framed(
            "Transfer-Encoding before Content-Length", "Transfer-Encoding: chunked\r\nContent-Length: 5\r\n"),
        framed(
            "Content-Length 0 with Transfer-Encoding", "Content-Length: 0\r\nTransfer-Encoding: chunked\r\n",
            body: "0\r\n\r\n"),
        framed("two different Content-Lengths", "Content-Length: 5\r\nContent-Length: 6\r\n"),
        framed("the same Content-Length twice", "Content-Length: 5\r\nContent-Length: 5\r\n"),
        framed("a list of the same Content-Length", "Content-Length: 5, 5\r\n"),
        framed("a list of different Content-Lengths", "Content-Length: 5, 6\r\n"),
        framed("Content-Length with a plus", "Content-Length: +5\r\n"),
        framed("Content-Length with a minus", "Content-Length: -5\r\n"),
        framed("Content-Length in hexadecimal", "Content-Length: 0x5\r\n"),
        framed("Content-Length with a fraction", "Content-Length: 5.0\r\n"),
        framed("Content-Length with an exponent", "Content-Length: 5e0\r\n"),
        framed("Content-Length of two words", "Content-Length: 5 5\r\n"),
        framed("Content-Length with a letter behind it", "Content-Length: 5a\r\n"),
        framed("Content-Length in quotes", "Content-Length: \"5\"\r\n"),
        framed("empty Content-Length", "Content-Length:\r\n"),
        framed("Content-Length with a vertical tab", "Content-Length: 5\u{B}\r\n"),
        framed(
            "Content-Length that wraps around 64 bits", "Content-Length: 18446744073709551621\r\n", 400, 413),
        framed(
            "Content-Length of forty digits", "Content-Length: \(String(repeating: "9", count: 40))\r\n", 400,
            413),
        framed("Content-Length folded", "Content-Length:\r\n 5\r\n"),
        framed("space before the colon of Content-Length", "Content-Length : 5\r\n"),
    ]

    /// RFC 9112 sections 6.1 and 7: anything but exactly one final `chunked`.
    static let codings: [MalformedRequest] = [
        framed("chunked twice in a list", "Transfer-Encoding: chunked, chunked\r\n", body: "0\r\n\r\n"),
        framed(
            "chunked twice in two lines", "Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n",
            body: "0\r\n\r\n"),
        framed("gzip alone", "Transfer-Encoding: gzip\r\n", 400, 501),
        framed("gzip before chunked", "Transfer-Encoding: gzip, chunked\r\n", body: "0\r\n\r\n", 400, 501),
        framed("chunked before gzip", "Transfer-Encoding: chunked, gzip\r\n", 400, 501),
        framed("identity", "Transfer-Encoding: identity\r\n", 400, 501),
        framed(
            "identity before chunked", "Transfer-Encoding: identity, chunked\r\n", body: "0\r\n\r\n", 400, 501
        ),
        framed(
            "identity and chunked in two lines",
            "Transfer-Encoding: identity\r\nTransfer-Encoding: chunked\r\n", body: "0\r\n\r\n", 400, 501),
        framed(
            "a coding that begins like chunked", "Transfer-Encoding: chunkedd\r\n", body: "0\r\n\r\n", 400,
            501),
        framed(
            "a coding that ends like chunked", "Transfer-Encoding: xchunked\r\n", body: "0\r\n\r\n", 400, 501),
        framed("empty Transfer-Encoding", "Transfer-Encoding:\r\n", 400, 501),
        framed(
            "chunked with a vertical tab", "Transfer-Encoding: \u{B}chunked\r\n", body: "0\r\n\r\n", 400, 501),
        framed("chunked in quotes", "Transfer-Encoding: \"chunked\"\r\n", body: "0\r\n\r\n", 400, 501),
        framed("chunked with a parameter", "Transfer-Encoding: chunked;a=b\r\n", body: "0\r\n\r\n", 400, 501),
        framed("chunked of two words", "Transfer-Encoding: chunked x\r\n", body: "0\r\n\r\n", 400, 501),
        framed(
            "space before the colon of Transfer-Encoding", "Transfer-Encoding : chunked\r\n",
            body: "0\r\n\r\n"),
        framed("Transfer-Encoding folded", "Transfer-Encoding:\r\n chunked\r\n", body: "0\r\n\r\n"),
        framed(
            "Transfer-Encoding in HTTP/1.0", "Transfer-Encoding: chunked\r\n", body: "0\r\n\r\n",
            version: "1.0"),
        framed(
            "both framings in HTTP/1.0", "Content-Length: 5\r\nTransfer-Encoding: chunked\r\n",
            body: "0\r\n\r\n",
            version: "1.0"),
    ]

    /// RFC 9112 section 7.1.
    static let chunks: [MalformedRequest] = [
        chunked("chunk size that is no number", "g\r\nhello\r\n0\r\n\r\n"),
        chunked("no chunk size", "\r\nhello\r\n0\r\n\r\n"),
        chunked("chunk size with a minus", "-5\r\nhello\r\n0\r\n\r\n"),
        chunked("chunk size with a plus", "+5\r\nhello\r\n0\r\n\r\n"),
        chunked("chunk size with 0x", "0x5\r\nhello\r\n0\r\n\r\n"),
        chunked("chunk size with an underscore", "0_5\r\nhello\r\n0\r\n\r\n"),
        chunked("space before the chunk size", " 5\r\nhello\r\n0\r\n\r\n"),
        chunked("space behind the chunk size", "5 \r\nhello\r\n0\r\n\r\n"),
        chunked("chunk size that wraps around 64 bits", "10000000000000005\r\nhello\r\n0\r\n\r\n", 400, 413),
        chunked(
            "chunk size of a hundred digits", String(repeating: "f", count: 100) + "\r\nhello\r\n", 400, 413),
        chunked("bare LF ends the chunk size", "5\nhello\r\n0\r\n\r\n"),
        chunked("bare CR ends the chunk size", "5\rhello\r\n0\r\n\r\n"),
        chunked("bare LF ends the chunk", "5\r\nhello\n0\r\n\r\n"),
        chunked("nothing ends the chunk", "5\r\nhello0\r\n\r\n"),
        chunked("chunk longer than its size", "4\r\nhello\r\n0\r\n\r\n"),
        chunked("bare LF in a chunk extension", "5;a=b\nc\r\nhello\r\n0\r\n\r\n"),
        chunked("NUL in a chunk extension", "5;a=\0\r\nhello\r\n0\r\n\r\n"),
        chunked(
            "chunk extension without an end", "5;a=" + String(repeating: "b", count: 65_536), 400, 413, 431),
        chunked("bare LF ends the last chunk", "5\r\nhello\r\n0\n\r\n"),
        chunked("trailer without a colon", "5\r\nhello\r\n0\r\nX-A\r\n\r\n"),
        chunked("trailer with a space before the colon", "5\r\nhello\r\n0\r\nX-A : b\r\n\r\n"),
        chunked("trailer folded", "5\r\nhello\r\n0\r\nX-A: b\r\n c\r\n\r\n"),
        chunked("trailer with NUL", "5\r\nhello\r\n0\r\nX-A: b\0c\r\n\r\n"),
        chunked("bare LF ends a trailer", "5\r\nhello\r\n0\r\nX-A: b\n\r\n"),
        chunked(
            "trailers beyond the limit", "0\r\nX-A: " + String(repeating: "b", count: 4096) + "\r\n\r\n", 400,
            413, 431),
    ]
}
