import HTTP
import Runtime
import Testing

@testable import HTTP1

/// What a parser made of a head, in words that tests can compare.
struct ReadHead: Equatable {
    var start = ""
    var fields: [String] = []
    var dropped: [String] = []
    var facts: [String] = []
    var length = 0
}

/// What came of reading: a head, a refusal, or nothing yet.
enum Reading: Equatable {
    case head(ReadHead)
    case incomplete
    case refused(Refusal)
}

extension Extent {
    func text(_ bytes: Span<UInt8>) -> String {
        let part = self.bytes(in: bytes)
        return String(decoding: part.indices.map { part[$0] }, as: UTF8.self)
    }
}

/// Parses `text` whole, then in two pieces cut at every byte, then byte by byte, and requires that nothing
/// depends on it.
func readRequest(
    _ text: String, limits: HeadLimits = HeadLimits(), sourceLocation: SourceLocation = #_sourceLocation
) -> Reading {
    readRequest(Array(text.utf8), limits: limits, sourceLocation: sourceLocation)
}

/// The same for any bytes.
func readRequest(
    _ bytes: [UInt8], limits: HeadLimits = HeadLimits(), sourceLocation: SourceLocation = #_sourceLocation
) -> Reading {
    var parser = RequestHeadParser(limits: limits)
    let whole = feed(&parser, bytes, pieces: [bytes.count])
    for cut in stride(from: 0, through: bytes.count, by: bytes.count > 2000 ? 97 : 1) {
        #expect(feed(&parser, bytes, pieces: [cut, bytes.count]) == whole, sourceLocation: sourceLocation)
    }
    #expect(feed(&parser, bytes, pieces: Array(0...bytes.count)) == whole, sourceLocation: sourceLocation)
    return whole
}

/// The refusal of `text` as a request; nil if it was not refused.
func refusal(
    _ text: String, limits: HeadLimits = HeadLimits(), sourceLocation: SourceLocation = #_sourceLocation
) -> Refusal? {
    guard case .refused(let refusal) = readRequest(text, limits: limits, sourceLocation: sourceLocation)
    else {
        return nil
    }
    return refusal
}

/// The request in `text`, which must be acceptable.
func request(_ text: String, sourceLocation: SourceLocation = #_sourceLocation) throws -> ReadHead {
    guard case .head(let head) = readRequest(text, sourceLocation: sourceLocation) else {
        throw Unreadable(text: text)
    }
    return head
}

/// The same for responses to a request of `method`.
func readResponse(
    _ text: String, to method: HTTP.Method = .get, limits: HeadLimits = HeadLimits(),
    sourceLocation: SourceLocation = #_sourceLocation
) -> Reading {
    readResponse(Array(text.utf8), to: method, limits: limits, sourceLocation: sourceLocation)
}

/// The same for any bytes.
func readResponse(
    _ bytes: [UInt8], to method: HTTP.Method = .get, limits: HeadLimits = HeadLimits(),
    sourceLocation: SourceLocation = #_sourceLocation
) -> Reading {
    var parser = ResponseHeadParser(limits: limits)
    let whole = feed(&parser, bytes, method, pieces: [bytes.count])
    for cut in stride(from: 0, through: bytes.count, by: bytes.count > 2000 ? 97 : 1) {
        #expect(
            feed(&parser, bytes, method, pieces: [cut, bytes.count]) == whole, sourceLocation: sourceLocation)
    }
    #expect(
        feed(&parser, bytes, method, pieces: Array(0...bytes.count)) == whole, sourceLocation: sourceLocation)
    return whole
}

/// The response in `text`, which must be acceptable.
func response(
    _ text: String, to method: HTTP.Method = .get, sourceLocation: SourceLocation = #_sourceLocation
) throws -> ReadHead {
    guard case .head(let head) = readResponse(text, to: method, sourceLocation: sourceLocation) else {
        throw Unreadable(text: text)
    }
    return head
}

/// The refusal of `text` as a response; nil if it was not refused.
func responseRefusal(
    _ text: String, to method: HTTP.Method = .get, limits: HeadLimits = HeadLimits(),
    sourceLocation: SourceLocation = #_sourceLocation
) -> Refusal? {
    guard
        case .refused(let refusal) = readResponse(
            text, to: method, limits: limits, sourceLocation: sourceLocation)
    else { return nil }
    return refusal
}

struct Unreadable: Error {
    let text: String
}

/// A request with these field lines and a Host.
func get(_ lines: String...) -> String {
    "GET / HTTP/1.1\r\nHost: a\r\n" + lines.map { $0 + "\r\n" }.joined() + "\r\n"
}

/// A response with these field lines.
func ok(_ lines: String...) -> String {
    "HTTP/1.1 200 OK\r\n" + lines.map { $0 + "\r\n" }.joined() + "\r\n"
}

private func feed(_ parser: inout RequestHeadParser, _ bytes: [UInt8], pieces: [Int]) -> Reading {
    parser.reset()
    for count in pieces {
        let span = bytes.span.extracting(first: count)
        switch parser.parse(span) {
        case .complete(let length): return .head(describe(parser.head, span, length))
        case .refused(let refusal): return .refused(refusal)
        case .incomplete: continue
        }
    }
    return .incomplete
}

private func feed(
    _ parser: inout ResponseHeadParser, _ bytes: [UInt8], _ method: HTTP.Method, pieces: [Int]
) -> Reading {
    parser.reset(for: method)
    for count in pieces {
        let span = bytes.span.extracting(first: count)
        switch parser.parse(span) {
        case .complete(let length): return .head(describe(parser.head, span, length))
        case .refused(let refusal): return .refused(refusal)
        case .incomplete: continue
        }
    }
    return .incomplete
}

private func describe(_ head: borrowing RequestHead, _ bytes: Span<UInt8>, _ length: Int) -> ReadHead {
    var result = ReadHead(length: length)
    result.start = "\(head.method) \(head.methodExtent.text(bytes)) \(head.form) \(head.target.text(bytes))"
    result.facts = [
        "path \(head.path.text(bytes))", "authority \(head.authority.text(bytes))",
        "host \(head.host.text(bytes))",
        "port \(head.port.map(String.init) ?? "none")", "version 1.\(head.minorVersion)", "\(head.framing)",
        head.isPersistent ? "persistent" : "close",
    ]
    if head.expectsContinue { result.facts.append("expects") }
    if !head.isPathPlain { result.facts.append("not plain") }
    if let count = head.maxForwards { result.facts.append("forwards \(count)") }
    describe(head.fields, bytes, into: &result)
    return result
}

private func describe(_ head: borrowing ResponseHead, _ bytes: Span<UInt8>, _ length: Int) -> ReadHead {
    var result = ReadHead(length: length)
    result.start = "\(head.status) \(head.reason.text(bytes))"
    result.facts = [
        "version 1.\(head.minorVersion)", "\(head.framing)", head.isPersistent ? "persistent" : "close",
    ]
    describe(head.fields, bytes, into: &result)
    return result
}

private func describe(_ fields: borrowing FieldTable, _ bytes: Span<UInt8>, into result: inout ReadHead) {
    for index in 0..<fields.count {
        let line = fields[index]
        let text = "\(line.name.text(bytes))=\(line.value.text(bytes))"
        if line.isDropped { result.dropped.append(text) } else { result.fields.append(text) }
    }
}
