extension MessageStream {
    /// Takes the head of a request.
    func takeRequestHead(until deadline: Deadline) throws -> RequestMessage {
        let (lines, bytes) = try takeHead(until: deadline)
        let words = (lines.first ?? []).split(separator: 0x20, omittingEmptySubsequences: false)
        guard words.count == 3, words.allSatisfy({ !$0.isEmpty }), words[0].allSatisfy(Self.isTokenByte),
            words[1].allSatisfy({ $0 > 0x20 && $0 < 0x7F }), Array(words[2]).text == "HTTP/1.1"
        else { throw HarnessError.malformed("a request line", seen: bytes.readable) }
        let fields = try parseFields(lines.dropFirst())
        guard fields.all("Host").count == 1 else {
            throw HarnessError.malformed("not exactly one Host", seen: bytes.readable)
        }
        return RequestMessage(
            method: Array(words[0]).text, target: Array(words[1]).text, version: Array(words[2]).text,
            fields: fields, head: bytes)
    }

    /// Takes the body that `request` announces.
    func takeBody(of request: RequestMessage, until deadline: Deadline) throws -> RequestMessage {
        var request = request
        switch try declaredFraming(request.fields) {
        case .length(let count): request.body = try take(count, "reading a request body", until: deadline)
        case .chunked: (request.body, request.trailers) = try takeChunkedBody(until: deadline)
        default: break
        }
        return request
    }

    /// Takes the head of a response to a request with `method`.
    func takeResponseHead(to method: String, until deadline: Deadline) throws -> ResponseMessage {
        let (lines, bytes) = try takeHead(until: deadline)
        let words = (lines.first ?? []).split(separator: 0x20, maxSplits: 2, omittingEmptySubsequences: false)
        guard words.count == 3, Array(words[0]).text == "HTTP/1.1", words[1].count == 3,
            let status = Int(Array(words[1]).text), (100...599).contains(status)
        else { throw HarnessError.malformed("a status line", seen: bytes.readable) }
        var response = ResponseMessage(
            status: status, reason: Array(words[2]).text, version: Array(words[0]).text,
            fields: try parseFields(lines.dropFirst()), head: bytes)
        let declared = try declaredFraming(response.fields)
        switch status {
        case 100...199, 204:
            guard declared == nil else { throw malformed("a framing field in a \(status) response") }
        case 304: break
        default: response.framing = method == "HEAD" ? .none : declared ?? .untilClose
        }
        return response
    }

    /// Takes the body that `response` announces.
    func takeBody(of response: ResponseMessage, until deadline: Deadline) throws -> ResponseMessage {
        var response = response
        switch response.framing {
        case .none: break
        case .length(let count): response.body = try take(count, "reading a response body", until: deadline)
        case .chunked: (response.body, response.trailers) = try takeChunkedBody(until: deadline)
        case .untilClose: response.body = try takeUntilEnd(until: deadline)
        }
        return response
    }
}
