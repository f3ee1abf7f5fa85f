import HTTP
import HTTP1
import Testing

@testable import Proxy

@Suite struct BodyReaderTests {
    /// What reading came to.
    private struct Outcome: Equatable {
        var content = ""
        var rest = ""
        var isComplete = false
        var refusal: Refusal?
        var trailers = 0
    }

    /// Reads pieces of a message as they come, and throws away what is consumed.
    private func read(_ framing: BodyFraming, _ pieces: [[UInt8]]) -> Outcome {
        var reader = BodyReader(limits: HeadLimits())
        reader.begin(framing)
        var outcome = Outcome()
        var buffer: [UInt8] = []
        for piece in pieces {
            buffer += piece
            while !reader.isComplete {
                let before = buffer.count
                switch reader.step(buffer.span) {
                case .data(let range):
                    outcome.content += String(decoding: buffer[range], as: UTF8.self)
                    buffer.removeFirst(range.upperBound)
                case .needMore(let count): buffer.removeFirst(count)
                case .end(let count): buffer.removeFirst(count)
                case .refused(let refusal):
                    outcome.refusal = refusal
                    return outcome
                }
                if buffer.count == before || buffer.isEmpty { break }
            }
        }
        outcome.rest = String(decoding: buffer, as: UTF8.self)
        outcome.isComplete = reader.isComplete
        let contentBytes = reader.contentBytes
        #expect(contentBytes == UInt64(outcome.content.utf8.count))
        outcome.trailers = reader.hasTrailers ? reader.decoder.trailers.count : 0
        return outcome
    }

    /// Reads a message whole, cut at each byte, and byte by byte: nothing must depend on it.
    private func read(_ framing: BodyFraming, _ text: String) -> Outcome {
        let bytes = Array(text.utf8)
        let whole = read(framing, [bytes])
        for cut in 0...bytes.count {
            #expect(read(framing, [Array(bytes[..<cut]), Array(bytes[cut...])]) == whole, "cut at \(cut)")
        }
        #expect(read(framing, bytes.map { [$0] }) == whole, "byte by byte")
        return whole
    }

    @Test func `a message without a body is over at once`() {
        #expect(read(.none, "GET /next") == Outcome(rest: "GET /next", isComplete: true))
        #expect(read(.length(0), "GET /next") == Outcome(rest: "GET /next", isComplete: true))
    }

    @Test func `a length is counted down, and not one byte more is taken`() {
        #expect(read(.length(5), "helloGET /") == Outcome(content: "hello", rest: "GET /", isComplete: true))
        #expect(read(.length(6), "hello") == Outcome(content: "hello"))
    }

    @Test func `chunks are content without their frames, and end with their trailers`() {
        let text = "5;a=b\r\nhello\r\n6\r\n world\r\n0\r\nX-Sum: 11\r\n\r\nGET /"
        let outcome = read(.chunked, text)
        #expect(outcome == Outcome(content: "hello world", rest: "GET /", isComplete: true, trailers: 1))
        #expect(read(.chunked, "0\r\n\r\nGET /") == Outcome(rest: "GET /", isComplete: true))
    }

    @Test func `chunks that are malformed are refused`() {
        #expect(read(.chunked, "5\r\nhelloX").refusal != nil)
        #expect(read(.chunked, "x").refusal != nil)
        #expect(read(.chunked, "5\nhello").refusal != nil)
    }

    @Test func `a body that ends with its connection goes on until then`() {
        #expect(read(.untilClose, "hello") == Outcome(content: "hello"))
        var reader = BodyReader(limits: HeadLimits())
        reader.begin(.untilClose)
        let isEnd = reader.end()
        #expect(isEnd)
    }

    @Test func `the end of the connection cuts off what has another end`() {
        var reader = BodyReader(limits: HeadLimits())
        for framing in [BodyFraming.length(5), .chunked] {
            reader.begin(framing)
            let isEnd = reader.end()
            #expect(!isEnd)
        }
        reader.begin(.none)
        let isEnd = reader.end()
        #expect(isEnd)
    }

    @Test func `a reader begins anew with each message`() {
        var reader = BodyReader(limits: HeadLimits())
        reader.begin(.chunked)
        _ = reader.step(Array("5\r\nhe".utf8).span)
        reader.begin(.length(2))
        let data = reader.step(Array("ok".utf8).span)
        #expect(data == .data(0..<2))
        let (isComplete, contentBytes) = (reader.isComplete, reader.contentBytes)
        #expect(isComplete && contentBytes == 2)
        reader.begin(.chunked)
        let end = reader.step(Array("0\r\n\r\n".utf8).span)
        #expect(end == .end(consumed: 5))
        let hasTrailers = reader.hasTrailers
        #expect(!hasTrailers)
    }

    @Test func `the largest length is no trap`() {
        var reader = BodyReader(limits: HeadLimits())
        reader.begin(.length(UInt64(Int64.max)))
        let data = reader.step(Array("abc".utf8).span)
        let isComplete = reader.isComplete
        #expect(data == .data(0..<3) && !isComplete)
    }
}
