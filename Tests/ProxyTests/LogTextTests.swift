import HTTP
import Platform
import Runtime
import Testing

@testable import Proxy

/// The texts that lines of the access log are made of.
@Suite struct LogTextTests {
    private func json(_ bytes: [UInt8]) -> String {
        ByteBuffer.text { JSONText.write(bytes.span, into: $0) }
    }

    @Test(arguments: [
        ("", ""), ("plain text / with ~", "plain text / with ~"), ("\"", "\\\""), ("\\", "\\\\"),
        ("a\"b\\c", "a\\\"b\\\\c"), ("\"\"", "\\\"\\\""), ("\r\n\t\u{0}", "\\u000d\\u000a\\u0009\\u0000"),
        ("\u{7F}", "\\u007f"), ("\u{E9}", "\\u00c3\\u00a9"), ("x\u{1}", "x\\u0001"),
    ])
    func `quotes, controls and what is beyond ASCII are escaped`(text: String, result: String) {
        #expect(json(Array(text.utf8)) == result)
    }

    @Test func `every byte alone makes valid JSON`() {
        for byte in UInt8.min...UInt8.max {
            let text = json([byte])
            #expect(text.utf8.allSatisfy { $0 >= 0x20 && $0 < 0x7F })
            let isEscaped = text.count > 1
            #expect(isEscaped == (byte < 0x20 || byte >= 0x7F || byte == 0x22 || byte == 0x5C))
        }
    }

    @Test(
        arguments: [
            (0, "01/Jan/1970:00:00:00 +0000"), (951_782_399, "28/Feb/2000:23:59:59 +0000"),
            (951_782_400, "29/Feb/2000:00:00:00 +0000"), (951_868_800, "01/Mar/2000:00:00:00 +0000"),
            (1_709_210_096, "29/Feb/2024:12:34:56 +0000"), (1_798_761_599, "31/Dec/2026:23:59:59 +0000"),
            (1_798_761_600, "01/Jan/2027:00:00:00 +0000"), (4_107_542_400, "01/Mar/2100:00:00:00 +0000"),
            (4_107_542_399, "28/Feb/2100:23:59:59 +0000"), (1_764_000_000, "24/Nov/2025:16:00:00 +0000"),
        ] as [(UInt64, String)])
    func `a date is written as the combined format has it`(seconds: UInt64, date: String) {
        #expect(ByteBuffer.text { CalendarText.write(WallTime(seconds: seconds), into: $0) } == date)
    }

    @Test func `the texts of a request are kept apart, and long ones are cut`() {
        let record = RecordText()
        let bytes = record.bytes
        func part(_ part: RecordText.Part) -> String {
            text(record[part].bytes(in: bytes.readable))
        }
        #expect(part(.method) == "" && part(.host) == "" && part(.target) == "")
        record.take(
            method: Array("GET".utf8).span, host: Array("a.test".utf8).span, target: Array("/x?y".utf8).span)
        #expect(part(.method) == "GET" && part(.host) == "a.test" && part(.target) == "/x?y")
        let long = [UInt8](repeating: 0x61, count: 5000)
        record.take(method: long.span, host: long.span, target: long.span)
        #expect([.method, .host, .target].map { record[$0].count } == [256, 256, 2048])
        record.take(method: Span(), host: Array("b".utf8).span, target: Span())
        #expect(part(.method) == "" && part(.host) == "b" && part(.target) == "")
        record.clear()
        #expect(record[.host].isEmpty)
    }

    @Test func `the wall clock is read again when a tenth of a second is over`() {
        let start = MonotonicTime.now
        var clock = WallClock(start)
        let first = clock.read(at: start)
        #expect(clock.read(at: start.advanced(byNanoseconds: 100_000_000)) == first, "not read again")
        let later = clock.read(at: start.advanced(byNanoseconds: 200_000_000))
        #expect(later >= first && later.seconds <= WallTime.now.seconds)
        #expect(text(clock.date(at: start).bytes) == text(HTTPDate(seconds: later.seconds).bytes))
    }
}
