public import HTTP

/// Reads a response's head as strictly as `RequestHeadParser` reads a request's: a service that answers
/// ambiguously could be made to answer for another client.
public struct ResponseHeadParser: ~Copyable {
    /// What was read; whole after `.complete`.
    public private(set) var head: ResponseHead
    /// What a service may make us hold.
    public let limits: HeadLimits

    private enum Phase {
        case version, status, reason, fields
    }

    private var phase = Phase.version
    private var method = Method.get
    private var maySwitch = false
    private var cursor = 0
    private var section = FieldSection(start: 0)
    private var summary = FieldSummary()

    /// A parser that waits for the first response.
    public init(limits: HeadLimits = HeadLimits()) {
        self.limits = limits
        head = ResponseHead(fields: limits.fields)
    }

    /// Gets ready for the next response, or for the next head after an informational one.
    /// - Parameters:
    ///   - method: the method of the request that it answers; the body depends on it.
    ///   - maySwitch: whether the request has asked to go over to another protocol, so that 101 is an answer.
    public mutating func reset(for method: Method, maySwitch: Bool = false) {
        head.reset()
        self.maySwitch = maySwitch
        self.method = method
        phase = .version
        cursor = 0
        summary = FieldSummary()
    }

    /// Reads on in `bytes`, which begin with the message's first byte, as in all calls since `reset(for:)`.
    public mutating func parse(_ bytes: Span<UInt8>) -> HeadResult {
        let limit = min(limits.headBytes, HeadLimits.greatestHeadBytes)
        let end = min(bytes.count, limit)
        let result = phase == .fields ? parseFields(bytes, end: end) : parseStatusLine(bytes, end: end)
        if result == .incomplete, bytes.count >= limit { return .refused(.headTooLarge) }
        return result
    }

    // MARK: The status line (RFC 9112 section 4)

    private mutating func parseStatusLine(_ bytes: Span<UInt8>, end: Int) -> HeadResult {
        if phase == .version {
            switch ProtocolVersion(bytes, at: 0, end: end) {
            case .minor(let minor): head.minorVersion = minor
            case .incomplete: return .incomplete
            case .refused(let refusal): return .refused(refusal)
            }
            phase = .status
        }
        if phase == .status {
            if let result = parseStatus(bytes, end: end) { return result }
        }
        return parseReason(bytes, end: end)
    }

    /// A space, three digits, and then a space or, as some services have it, the end of the line.
    private mutating func parseStatus(_ bytes: Span<UInt8>, end: Int) -> HeadResult? {
        let start = ProtocolVersion.byteCount
        var status: UInt16 = 0
        for index in start..<(start + 4) {
            guard index < end else { return .incomplete }
            if index == start {
                guard bytes[index] == Byte.space else { return .refused(.badStatusLine) }
            } else {
                guard let digit = Byte.digit(bytes[index]) else { return .refused(.badStatusLine) }
                status = status &* 10 &+ UInt16(digit)
            }
        }
        guard status >= 100 else { return .refused(.badStatusLine) }
        guard status != 101 || maySwitch else { return .refused(.unsolicitedSwitch) }
        guard start &+ 4 < end else { return .incomplete }
        head.status = status
        cursor = start &+ 4
        switch bytes[cursor] {
        case Byte.space: cursor &+= 1
        case Byte.carriageReturn: break
        case Byte.lineFeed: return .refused(.bareLineFeed)
        default: return .refused(.badStatusLine)
        }
        head.reason = Extent(from: cursor, to: cursor)
        phase = .reason
        return nil
    }

    private mutating func parseReason(_ bytes: Span<UInt8>, end: Int) -> HeadResult {
        while true {
            cursor = ByteScan.firstControl(in: bytes, from: cursor, to: end)
            guard cursor < end else { return .incomplete }
            guard bytes[cursor] == Byte.tab else { break }
            cursor &+= 1
        }
        guard bytes[cursor] == Byte.carriageReturn else {
            return .refused(bytes[cursor] == Byte.lineFeed ? .bareLineFeed : .badStatusLine)
        }
        guard cursor &+ 1 < end else { return .incomplete }
        guard bytes[cursor &+ 1] == Byte.lineFeed else { return .refused(.bareCarriageReturn) }
        head.reason = Extent(from: Int(head.reason.start), to: cursor)
        section = FieldSection(start: cursor &+ 2)
        phase = .fields
        return parseFields(bytes, end: end)
    }

    // MARK: The fields

    private mutating func parseFields(_ bytes: Span<UInt8>, end: Int) -> HeadResult {
        while true {
            switch section.read(bytes, end: end, into: &head.fields, watched: FieldSummary.kinds) {
            case .watched(let line):
                let refusal = summary.judgeFraming(
                    line, bytes, minorVersion: head.minorVersion, limits: limits)
                if let refusal { return .refused(refusal) }
            case .end(let length):
                finish(bytes)
                head.length = length
                return .complete(length: length)
            case .incomplete: return .incomplete
            case .refused(let refusal): return .refused(refusal)
            }
        }
    }

    /// Draws the conclusions at the end of the head, in the order of RFC 9112 section 6.3.
    private mutating func finish(_ bytes: Span<UInt8>) {
        head.isPersistent = summary.isPersistent(minorVersion: head.minorVersion)
        if method == .head || head.status < 200 || head.status == 204 || head.status == 304
            || method == .connect && head.status < 300
        {
            head.framing = .none
        } else if summary.has(.transferEncoding) {
            head.framing = .chunked
        } else if summary.has(.contentLength) {
            head.framing = .length(summary.contentLength)
        } else {
            head.framing = .untilClose
            head.isPersistent = false
        }
        if summary.nominations > 0 { dropNominated(in: &head.fields, bytes) }
    }
}
