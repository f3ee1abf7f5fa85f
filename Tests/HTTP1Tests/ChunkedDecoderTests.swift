import HTTP
import Runtime
import Testing

@testable import HTTP1

@Suite struct ChunkedDecoderTests {
    private func decode(
        _ text: String, limits: HeadLimits = HeadLimits(), sourceLocation: SourceLocation = #_sourceLocation
    ) -> Decoded {
        decodeChunks(Array(text.utf8), limits: limits, sourceLocation: sourceLocation)
    }

    @Test func `chunks are put together`() {
        let decoded = decode("5\r\nhello\r\n1;x=y\r\n \r\n00A\r\n0123456789\r\n0\r\n\r\nGET")
        #expect(decoded.data == "hello 0123456789")
        #expect(decoded.isOver)
        #expect(decoded.length == 42)
    }

    @Test func `an empty body is one chunk`() {
        #expect(decode("0\r\n\r\n") == Decoded(length: 5, isOver: true))
        #expect(decode("000;a\r\n\r\n").isOver)
    }

    @Test func `a body that is not over needs more`() {
        for text in [
            "", "5", "5\r", "5\r\n", "5\r\nhel", "5\r\nhello", "5\r\nhello\r\n", "0\r\n", "0\r\n\r",
            "0\r\nA: b\r\n",
        ] {
            let decoded = decode(text)
            #expect(!decoded.isOver && decoded.refusal == nil)
        }
    }

    @Test(arguments: ["", "x", " 5", "+5", "-5", "0x5", "g", ";a", "5x", "5.", "5,", "\u{0}"])
    func `a chunk size that is no hexadecimal number is refused`(size: String) {
        #expect(decode("\(size)\r\nhello\r\n").refusal == .badChunkSize)
    }

    @Test(arguments: [
        "ffffffffffffffff", "8000000000000000", "ffffffffffffffff1", "10000000000000000", "00000000000000005",
        "99999999999999999999",
    ])
    func `a chunk size beyond all measure is too large`(size: String) {
        #expect(decode("\(size)\r\nhello\r\n").refusal == .chunkSizeTooLarge)
        #expect(Refusal.chunkSizeTooLarge.status.code == 413)
    }

    @Test func `the largest chunk begins`() {
        #expect(decode("7fffffffffffffff\r\nab").data == "ab")
    }

    @Test(arguments: ["5\nhello\r\n", "5;a\nhello\r\n", "0\r\nA: b\n\r\n", "0\r\n\n"])
    func `a bare line feed is refused`(text: String) {
        #expect(decode(text).refusal == .bareLineFeed)
    }

    @Test(arguments: ["5\rXhello\r\n", "5;a\rb\r\nhello\r\n", "0\r\n\rX", "5\r\rhello"])
    func `a bare carriage return is refused`(text: String) {
        #expect(decode(text).refusal == .bareCarriageReturn)
    }

    @Test(arguments: [
        "5\r\nhelloX\r\n", "5\r\nhello\n", "5\r\nhello\rX", "5\r\nhello6\r\n", "5\r\nhello0\r\n\r\n",
    ])
    func `a chunk that does not end where it should is refused`(text: String) {
        #expect(decode(text).refusal == .badChunkEnd)
    }

    @Test(arguments: ["5 \r\nhello", "5 x\r\n", "5\t\r\n", "5;\u{0}\r\n", "5;a=\u{7f}\r\n", "5 ;a\u{1}\r\n"])
    func `a malformed extension is refused`(text: String) {
        #expect(decode(text).refusal == .badChunkExtension)
    }

    @Test(arguments: ["5;a\r\n", "5;a=b;c=\"d e\"\r\n", "5 ;a\r\n", "5\t; a = b\r\n", "5;\r\n", "5;ä\r\n"])
    func `extensions are skipped`(line: String) {
        #expect(decode("\(line)hello\r\n0\r\n\r\n").data == "hello")
    }

    @Test func `extensions are bounded over the whole body`() {
        var limits = HeadLimits()
        limits.chunkExtensionBytes = 20
        #expect(decode("1;aaaaaaaaa\r\nx\r\n1;aaaaaaaaa\r\nx\r\n0\r\n\r\n", limits: limits).isOver)
        #expect(
            decode("1;aaaaaaaaa\r\nx\r\n1;aaaaaaaaaa\r\nx\r\n", limits: limits).refusal
                == .chunkExtensionsTooLong)
    }

    @Test func `trailers are kept, the misleading ones apart`() {
        let decoded = decode(
            "3\r\nabc\r\n0\r\nX-Sum: 1\r\nAuthorization: x\r\ncontent-type: y\r\nCookie: z\r\nX_Forwarded_For: q\r\nB:\r\n\r\nrest"
        )
        #expect(decoded.trailers == ["X-Sum=1", "B="])
        #expect(decoded.dropped == ["Authorization=x", "content-type=y", "Cookie=z", "X_Forwarded_For=q"])
        #expect(decoded.isOver)
    }

    @Test(arguments: ["Content-Length: 5", "Transfer-Encoding: chunked", "Host: b", "content-length:"])
    func `a framing field in the trailers is refused`(line: String) {
        #expect(decode("0\r\n\(line)\r\n\r\n").refusal == .badTrailer)
    }

    @Test(arguments: [
        (" A: b", Refusal.obsoleteFolding), ("A: b\r\n c", .obsoleteFolding),
        ("A : b", .whiteSpaceBeforeColon), (": b", .emptyFieldName),
        ("A: \u{0}", .badFieldValue), ("A", .badFieldName),
    ])
    func `trailers are as strict as a head's fields`(line: String, expected: Refusal) {
        #expect(decode("0\r\n\(line)\r\n\r\n").refusal == expected)
    }

    @Test func `trailers are bounded`() {
        var limits = HeadLimits()
        limits.trailerBytes = 32
        limits.trailerFields = 2
        #expect(decode("0\r\nA: b\r\nC: d\r\n\r\n", limits: limits).isOver)
        #expect(decode("0\r\nA:\r\nB:\r\nC:\r\n\r\n", limits: limits).refusal == .trailersTooLarge)
        #expect(decode("0\r\nA: \(String(repeating: "b", count: 25))\r\n\r\n", limits: limits).isOver)
        #expect(
            decode("0\r\nA: \(String(repeating: "b", count: 26))\r\n\r\n", limits: limits).refusal
                == .trailersTooLarge)
        #expect(Refusal.trailersTooLarge.status.code == 431)
    }

    @Test func `a decoder is used again`() {
        var decoder = ChunkedDecoder()
        let first = Array("0\r\nA: b\r\n\r\n".utf8)
        let second = Array("0\r\n\r\n".utf8)
        #expect(decoder.decode(first.span) == .end(consumed: 11))
        #expect(decoder.trailers.count == 1)
        #expect(decoder.decode(first.span) == .end(consumed: 0))
        decoder.reset()
        #expect(decoder.decode(second.span) == .end(consumed: 5))
        #expect(decoder.trailers.count == 0)
    }

    @Test func `what is encoded is decoded`() {
        let buffer = ByteBuffer(capacity: 1024)
        ChunkedEncoding.writeChunk(Array("hello".utf8).span, into: buffer)
        ChunkedEncoding.writeChunk([UInt8]().span, into: buffer)
        ChunkedEncoding.writeChunk([UInt8](repeating: 0x61, count: 300).span, into: buffer)
        ChunkedEncoding.writeSize(0, into: buffer)
        ChunkedEncoding.writeEnd(into: buffer)
        #expect(decode(buffer.text).data == "hello" + String(repeating: "a", count: 300))
        #expect(buffer.text.hasPrefix("5\r\nhello\r\n12c\r\naaa"))
    }

    @Test func `trailers that may pass are written again`() {
        var decoder = ChunkedDecoder()
        let body = Array("0\r\nX-Sum:  1 \r\nAuthorization: x\r\n\r\n".utf8)
        #expect(decoder.decode(body.span) == .end(consumed: body.count))
        let buffer = ByteBuffer(capacity: 1024)
        ChunkedEncoding.writeEnd(trailers: decoder.trailers, bytes: body.span, into: buffer)
        #expect(buffer.text == "0\r\nX-Sum: 1\r\n\r\n")
    }
}
