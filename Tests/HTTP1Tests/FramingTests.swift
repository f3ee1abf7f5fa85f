import HTTP
import Testing

@testable import HTTP1

@Suite struct FramingTests {
    @Test func `without framing fields there is no body`() throws {
        #expect(try request(get()).facts.contains("none"))
    }

    @Test(arguments: [
        ("0", "length(0)"), ("5", "length(5)"), ("0005", "length(5)"),
        ("9223372036854775806", "length(9223372036854775806)"),
    ])
    func `Content-Length is a number`(value: String, framing: String) throws {
        #expect(try request(get("Content-Length: \(value)")).facts.contains(framing))
    }

    @Test(arguments: ["", "+5", "-5", "5 5", "5,5", "5, 5", "0x5", "5.", "5e1", "٥", "5;", "five", "5\u{a0}"])
    func `a Content-Length that is no number is refused`(value: String) {
        #expect(refusal(get("Content-Length: \(value)")) == .badContentLength)
    }

    @Test(arguments: [
        "9223372036854775807", "9223372036854775808", "18446744073709551615", "18446744073709551616",
        "99999999999999999999",
        "0009223372036854775808", "111111111111111111111111111111111111111111111111111",
    ])
    func `a Content-Length beyond all measure is too large`(value: String) {
        #expect(refusal(get("Content-Length: \(value)")) == .contentLengthTooLarge)
        #expect(Refusal.contentLengthTooLarge.status.code == 413)
    }

    @Test(arguments: ["5", "6", "0"])
    func `a second Content-Length is refused, even the same`(value: String) {
        #expect(refusal(get("Content-Length: 5", "content-length: \(value)")) == .repeatedContentLength)
    }

    @Test(arguments: ["chunked", "Chunked", "CHUNKED", " chunked\t"])
    func `chunked is recognised`(value: String) throws {
        #expect(try request(get("Transfer-Encoding:\(value)")).facts.contains("chunked"))
    }

    @Test(arguments: [
        "gzip, chunked", "xchunked", "identity", "gzip", "chunkedx", "chunke", "\"chunked\"", "x", "gzip;q=1",
    ])
    func `a transfer coding that is not known is not implemented`(value: String) {
        #expect(refusal(get("Transfer-Encoding: \(value)")) == .unknownTransferCoding)
        #expect(Refusal.unknownTransferCoding.status.code == 501)
    }

    @Test(arguments: ["", "chunked, chunked", "chunked;q=1", "chunked, gzip", "chunked,", ",chunked", ", ,"])
    func `a malformed Transfer-Encoding is refused`(value: String) {
        #expect(refusal(get("Transfer-Encoding: \(value)")) == .badTransferEncoding)
    }

    @Test func `a second Transfer-Encoding is refused, even the same`() {
        #expect(
            refusal(get("Transfer-Encoding: chunked", "Transfer-Encoding: chunked"))
                == .repeatedTransferEncoding)
    }

    @Test func `Content-Length with Transfer-Encoding is refused in either order`() {
        #expect(
            refusal(get("Content-Length: 5", "Transfer-Encoding: chunked")) == .lengthWithTransferEncoding)
        #expect(
            refusal(get("Transfer-Encoding: chunked", "Content-Length: 5")) == .lengthWithTransferEncoding)
    }

    @Test func `Transfer-Encoding in version 1-0 is refused`() {
        #expect(refusal("POST / HTTP/1.0\r\nTransfer-Encoding: chunked\r\n\r\n") == .transferEncodingInHTTP10)
    }
}
