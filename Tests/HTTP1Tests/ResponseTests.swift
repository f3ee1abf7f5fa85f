import HTTP
import Testing

@testable import HTTP1

@Suite struct ResponseTests {
    @Test func `a response is read whole`() throws {
        let head = try response("HTTP/1.1 404 Not Found\r\nContent-Length: 3\r\nA: b\r\n\r\nabc")
        #expect(head.start == "404 Not Found")
        #expect(head.facts == ["version 1.1", "length(3)", "persistent"])
        #expect(head.fields == ["Content-Length=3", "A=b"])
        #expect(head.length == 51)
    }

    @Test(arguments: [
        ("HTTP/1.1 200 OK", "200 OK"), ("HTTP/1.1 200 ", "200 "), ("HTTP/1.1 200", "200 "),
        ("HTTP/1.0 999 \u{e4} b\tc", "999 \u{e4} b\tc"),
        ("HTTP/1.1 100  ", "100  "),
    ])
    func `the reason may be anything printable, or nothing`(line: String, start: String) throws {
        #expect(try response("\(line)\r\n\r\n").start == start)
    }

    @Test(arguments: [
        "HTTP/1.1 20 OK", "HTTP/1.1 2000 OK", "HTTP/1.1  200 OK", "HTTP/1.1 2x0 OK", "HTTP/1.1 099 OK",
        "HTTP/1.1 000",
        "HTTP/1.1 200\tOK", "HTTP/1.1\t200 OK", "HTTP/1.1 -20 OK", "HTTP/1.1 200 \u{1}",
        "HTTP/1.1 200 \u{7f}", "HTTP/1.1200 OK",
    ])
    func `a malformed status line is refused`(line: String) {
        #expect(responseRefusal("\(line)\r\n\r\n") == .badStatusLine)
    }

    @Test(arguments: ["HTTP/2.0 200 OK", "HTTP/0.9 200 OK", "HTTP/1.2 200 OK", "HTTP/2 200 OK"])
    func `another version is refused`(line: String) {
        #expect(responseRefusal("\(line)\r\n\r\n") == .unsupportedVersion)
    }

    @Test(arguments: [
        "<html>", "ICY 200 OK", "http/1.1 200 OK", "\r\nHTTP/1.1 200 OK", "200 OK", "SSH-2.0-OpenSSH",
        "\u{0}",
    ])
    func `what is not HTTP is refused`(line: String) {
        #expect(responseRefusal("\(line)\r\n\r\n") == .badVersion)
    }

    @Test func `bare line ends are refused`() {
        #expect(responseRefusal("HTTP/1.1 200 OK\nA: b\r\n\r\n") == .bareLineFeed)
        #expect(responseRefusal("HTTP/1.1 200\nA: b\r\n\r\n") == .bareLineFeed)
        #expect(responseRefusal("HTTP/1.1 200 OK\rA: b\r\n\r\n") == .bareCarriageReturn)
        #expect(responseRefusal("HTTP/1.1 200\rA: b\r\n\r\n") == .bareCarriageReturn)
        #expect(responseRefusal(ok("A: b\nC: d")) == .bareLineFeed)
    }

    @Test func `a switch of protocols that nobody asked for is refused`() {
        #expect(
            responseRefusal("HTTP/1.1 101 Switching Protocols\r\nUpgrade: x\r\n\r\n") == .unsolicitedSwitch)
    }

    @Test(arguments: [
        ("A: b\r\n c", Refusal.obsoleteFolding), ("A : b", .whiteSpaceBeforeColon), (": b", .emptyFieldName),
        ("A: \u{0}", .badFieldValue),
        ("A", .badFieldName), ("Content-Length: 5\r\nContent-Length: 5", .repeatedContentLength),
        ("Content-Length: 5\r\nTransfer-Encoding: chunked", .lengthWithTransferEncoding),
        ("Transfer-Encoding: chunked\r\nContent-Length: 5", .lengthWithTransferEncoding),
        ("Transfer-Encoding: gzip, chunked", .unknownTransferCoding),
        ("Transfer-Encoding: chunked, chunked", .badTransferEncoding),
        ("Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked", .repeatedTransferEncoding),
        ("Content-Length: -1", .badContentLength),
        ("Content-Length: 99999999999999999999", .contentLengthTooLarge), ("Connection: a b", .badConnection),
    ])
    func `fields are as strict as a request's`(lines: String, expected: Refusal) {
        #expect(responseRefusal(ok(lines)) == expected)
    }

    @Test func `framing fields are judged where there is no body, too`() {
        let lines = "Content-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n"
        #expect(responseRefusal("HTTP/1.1 204 No Content\r\n" + lines) == .lengthWithTransferEncoding)
        #expect(responseRefusal("HTTP/1.1 200 OK\r\n" + lines, to: .head) == .lengthWithTransferEncoding)
    }

    @Test(arguments: [100, 102, 103, 199, 204, 304])
    func `a status without a body has none, whatever the fields say`(status: Int) throws {
        for line in ["Content-Length: 5", "Transfer-Encoding: chunked", "X: y"] {
            let head = try response("HTTP/1.1 \(status) x\r\n\(line)\r\n\r\n")
            #expect(head.facts == ["version 1.1", "none", "persistent"])
        }
    }

    @Test func `an answer to HEAD has no body, whatever the fields say`() throws {
        for line in ["Content-Length: 5", "Transfer-Encoding: chunked", "X: y"] {
            #expect(try response(ok(line), to: .head).facts == ["version 1.1", "none", "persistent"])
        }
    }

    @Test func `without framing the body ends with the connection`() throws {
        #expect(try response(ok()).facts == ["version 1.1", "untilClose", "close"])
        #expect(
            try response("HTTP/1.0 200 OK\r\nConnection: keep-alive\r\n\r\n").facts == [
                "version 1.0", "untilClose", "close",
            ])
    }

    @Test func `a service of version 1-0 keeps the connection only if it says so`() throws {
        #expect(
            try response("HTTP/1.0 200 OK\r\nContent-Length: 0\r\n\r\n").facts == [
                "version 1.0", "length(0)", "close",
            ])
        let line = "Connection: keep-alive\r\n"
        #expect(
            try response("HTTP/1.0 200 OK\r\n\(line)Content-Length: 0\r\n\r\n").facts.last == "persistent")
        #expect(
            responseRefusal("HTTP/1.0 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n")
                == .transferEncodingInHTTP10)
    }

    @Test func `a service that closes is heard`() throws {
        #expect(
            try response(ok("Connection: close", "Content-Length: 1")).facts == [
                "version 1.1", "length(1)", "close",
            ])
    }

    @Test func `a head beyond the limits is refused`() {
        var limits = HeadLimits()
        limits.headBytes = 100
        limits.fields = 3
        #expect(
            responseRefusal(ok("A: " + String(repeating: "b", count: 100)), limits: limits) == .headTooLarge)
        #expect(
            responseRefusal("HTTP/1.1 200 " + String(repeating: "b", count: 100), limits: limits)
                == .headTooLarge)
        #expect(responseRefusal(ok("A:", "B:", "C:", "D:"), limits: limits) == .tooManyFields)
    }

    @Test func `fields that Connection nominates end here`() throws {
        #expect(try response(ok("Connection: x-a", "X-A: 1", "Content-Length: 0")).dropped == ["X-A=1"])
    }
}
