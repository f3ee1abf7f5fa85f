public import HTTP

/// Reads a request's head strictly (RFC 9112): what two parsers could read in two ways is refused.
///
/// It is called with all bytes since the message's first, again and again as they come, and looks at each of
/// them once. Its storage is kept from request to request: after the first ones a head costs no allocation.
public struct RequestHeadParser: ~Copyable {
    /// What was read; whole after `.complete`.
    public private(set) var head: RequestHead
    /// What a client may make us hold.
    public let limits: HeadLimits

    private enum Phase {
        case start, method, targetStart, path, query, otherTarget, version, fields
    }

    private var phase = Phase.start
    /// The first byte of the request line that has not been judged.
    private var cursor = 0
    private var targetStart = 0
    private var pathClasses: CharacterClass = []
    private var section = FieldSection(start: 0)
    private var summary = FieldSummary()

    /// A parser that waits for the first request.
    public init(limits: HeadLimits = HeadLimits()) {
        self.limits = limits
        head = RequestHead(fields: limits.fields)
    }

    /// Gets ready for the next request.
    public mutating func reset() {
        head.reset()
        phase = .start
        cursor = 0
        pathClasses = []
        summary = FieldSummary()
    }

    /// Whether nothing of a request has come yet, not even the empty line that may stand before it.
    public var isIdle: Bool { phase == .start }

    /// Reads on in `bytes`, which begin with the message's first byte, as in all calls since `reset()`.
    public mutating func parse(_ bytes: Span<UInt8>) -> HeadResult {
        let limit = min(limits.headBytes, HeadLimits.greatestHeadBytes)
        let end = min(bytes.count, limit)
        let result = phase == .fields ? parseFields(bytes, end: end) : parseRequestLine(bytes, end: end)
        if result == .incomplete, bytes.count >= limit { return .refused(.headTooLarge) }
        return result
    }

    // MARK: The request line (RFC 9112 section 3)

    private mutating func parseRequestLine(_ bytes: Span<UInt8>, end: Int) -> HeadResult {
        if phase == .start {
            if let result = skipEmptyLine(bytes, end: end) { return result }
        }
        if phase == .method {
            if let result = parseMethod(bytes, end: end) { return result }
        }
        if phase != .version {
            if let result = parseTarget(bytes, end: end) { return result }
        }
        if let result = parseVersion(bytes, end: end) { return result }
        return parseFields(bytes, end: end)
    }

    /// One empty line before the request line is for clients of old (RFC 9112 section 2.2).
    private mutating func skipEmptyLine(_ bytes: Span<UInt8>, end: Int) -> HeadResult? {
        guard end > 0 else { return .incomplete }
        if bytes[0] == Byte.carriageReturn {
            guard end > 1 else { return .incomplete }
            guard bytes[1] == Byte.lineFeed else { return .refused(.bareCarriageReturn) }
            cursor = 2
        } else if bytes[0] == Byte.lineFeed {
            return .refused(.bareLineFeed)
        }
        head.methodExtent = Extent(from: cursor, to: cursor)
        phase = .method
        return nil
    }

    private mutating func parseMethod(_ bytes: Span<UInt8>, end: Int) -> HeadResult? {
        let start = Int(head.methodExtent.start)
        if let word = ByteScan.word(bytes, at: start, end: end), word & 0xffff_ffff == Byte.get {
            head.methodExtent = Extent(from: start, to: start &+ 3)
            return beginTarget(at: start &+ 4)
        }
        var classes: CharacterClass = []
        cursor = ByteScan.firstOutside(
            .token, in: bytes, from: cursor, to: min(end, start &+ limits.methodBytes &+ 1), seen: &classes)
        guard cursor &- start <= limits.methodBytes else { return .refused(.methodTooLong) }
        guard cursor < end else { return .incomplete }
        guard bytes[cursor] == Byte.space, cursor > start else { return .refused(.badMethod) }
        head.methodExtent = Extent(from: start, to: cursor)
        head.method = Method(head.methodExtent.bytes(in: bytes))
        return beginTarget(at: cursor &+ 1)
    }

    private mutating func beginTarget(at start: Int) -> HeadResult? {
        cursor = start
        targetStart = start
        phase = .targetStart
        return nil
    }

    private mutating func parseTarget(_ bytes: Span<UInt8>, end: Int) -> HeadResult? {
        if phase == .targetStart {
            guard cursor < end else { return .incomplete }
            phase = bytes[cursor] == Byte.slash ? .path : .otherTarget
        }
        let bound = min(end, targetStart &+ limits.targetBytes &+ 1)
        if phase == .path {
            cursor = ByteScan.firstOutside(.path, in: bytes, from: cursor, to: bound, seen: &pathClasses)
            if cursor < bound {
                head.path = Extent(from: targetStart, to: cursor)
                if bytes[cursor] == Byte.question { phase = .query }
            }
        }
        if phase != .path {
            var classes: CharacterClass = []
            cursor = ByteScan.firstOutside(.query, in: bytes, from: cursor, to: bound, seen: &classes)
        }
        guard cursor &- targetStart <= limits.targetBytes else { return .refused(.targetTooLong) }
        guard cursor < end else { return .incomplete }
        return finishTarget(bytes, end: end)
    }

    /// Judges the byte after the target, and the target; nil if the version follows.
    private mutating func finishTarget(_ bytes: Span<UInt8>, end: Int) -> HeadResult? {
        guard cursor > targetStart else { return .refused(.badTarget) }
        switch bytes[cursor] {
        case Byte.space: break
        case Byte.carriageReturn:
            guard cursor &+ 1 < end else { return .incomplete }
            // The request line of HTTP/0.9 had no version.
            return .refused(bytes[cursor &+ 1] == Byte.lineFeed ? .unsupportedVersion : .bareCarriageReturn)
        case Byte.lineFeed: return .refused(.bareLineFeed)
        default: return .refused(.badTarget)
        }
        head.target = Extent(from: targetStart, to: cursor)
        if phase == .otherTarget || head.method == .connect {
            guard parseOtherTarget(bytes) else { return .refused(.badTarget) }
        }
        if !pathClasses.isDisjoint(with: [.percent, .dot]) {
            head.isPathPlain = !pathClasses.contains(.percent) && !hasDotSegment(head.path.bytes(in: bytes))
        }
        cursor &+= 1
        phase = .version
        return nil
    }

    /// Takes a target apart that does not begin with a slash; false if it is malformed.
    private mutating func parseOtherTarget(_ bytes: Span<UInt8>) -> Bool {
        let end = cursor
        if head.method == .connect {
            // The port has no default (RFC 9112 section 3.2.3).
            guard setAuthority(head.target, in: bytes), let port = head.port, port > 0 else { return false }
            head.form = .authority
            head.path = .none
            return true
        }
        if bytes[targetStart] == Byte.asterisk, end == targetStart &+ 1 {
            head.form = .asterisk
            head.path = head.target
            return true
        }
        guard let start = authorityStart(bytes, end: end) else { return false }
        var authorityEnd = start
        while authorityEnd < end, bytes[authorityEnd] != Byte.slash, bytes[authorityEnd] != Byte.question {
            authorityEnd &+= 1
        }
        head.form = .absolute
        guard setAuthority(Extent(from: start, to: authorityEnd), in: bytes) else { return false }
        let pathEnd = ByteScan.firstOutside(.path, in: bytes, from: authorityEnd, to: end, seen: &pathClasses)
        guard pathEnd == end || bytes[pathEnd] == Byte.question else { return false }
        head.path = Extent(from: authorityEnd, to: pathEnd)
        head.target = Extent(from: authorityEnd, to: end)
        return true
    }

    /// Where the authority of an absolute-form target begins; nil for schemes other than `http` and `https`.
    private func authorityStart(_ bytes: Span<UInt8>, end: Int) -> Int? {
        let colon = ByteScan.first(Byte.colon, in: bytes, from: targetStart, to: min(end, targetStart &+ 6))
        guard colon &+ 2 < end, bytes[colon] == Byte.colon, bytes[colon &+ 1] == Byte.slash,
            bytes[colon &+ 2] == Byte.slash
        else { return nil }
        let scheme = FoldedName(bytes.extracting(targetStart..<colon))
        return scheme == FoldedName("http") || scheme == FoldedName("https") ? colon &+ 3 : nil
    }

    private mutating func setAuthority(_ extent: Extent, in bytes: Span<UInt8>) -> Bool {
        guard let authority = Authority(extent, in: bytes) else { return false }
        head.authority = extent
        head.host = authority.host
        head.port = authority.port
        return true
    }

    private mutating func parseVersion(_ bytes: Span<UInt8>, end: Int) -> HeadResult? {
        let version = ProtocolVersion(bytes, at: cursor, end: end)
        switch version {
        case .minor(let minor): head.minorVersion = minor
        case .incomplete: return .incomplete
        case .refused(let refusal): return .refused(refusal)
        }
        let lineEnd = cursor &+ ProtocolVersion.byteCount
        guard lineEnd < end else { return .incomplete }
        guard bytes[lineEnd] == Byte.carriageReturn else {
            return .refused(bytes[lineEnd] == Byte.lineFeed ? .bareLineFeed : .badVersion)
        }
        guard lineEnd &+ 1 < end else { return .incomplete }
        guard bytes[lineEnd &+ 1] == Byte.lineFeed else { return .refused(.bareCarriageReturn) }
        guard head.form != .asterisk || head.method == .options else {
            return .refused(.asteriskWithoutOptions)
        }
        section = FieldSection(start: lineEnd &+ 2)
        phase = .fields
        return nil
    }

    // MARK: The fields

    private mutating func parseFields(_ bytes: Span<UInt8>, end: Int) -> HeadResult {
        while true {
            switch section.read(bytes, end: end, into: &head.fields, watched: FieldSummary.kinds) {
            case .watched(let line):
                if let refusal = judge(line, bytes) { return .refused(refusal) }
            case .end(let length):
                if let refusal = finish(bytes) { return .refused(refusal) }
                head.length = length
                return .complete(length: length)
            case .incomplete: return .incomplete
            case .refused(let refusal): return .refused(refusal)
            }
        }
    }

    /// Takes in a field that the gateway acts on.
    private mutating func judge(_ line: FieldLine, _ bytes: Span<UInt8>) -> Refusal? {
        switch line.kind {
        case .host:
            guard summary.note(.host) else { return .repeatedHost }
            // Where the target has an authority that one counts, yet a Host that nobody could mean is refused
            // all the same.
            if head.form == .absolute || head.form == .authority {
                return Authority(line.value, in: bytes) == nil ? .badHost : nil
            }
            return setAuthority(line.value, in: bytes) ? nil : .badHost
        case .expect:
            guard head.minorVersion > 0 else { return nil }
            let isContinue = FoldedName(line.value.bytes(in: bytes)) == FoldedName("100-continue")
            guard isContinue else { return .unsupportedExpectation }
            head.expectsContinue = true
            return nil
        case .maxForwards:
            guard head.method == .options || head.method == .trace else { return nil }
            guard head.maxForwards == nil, let value = DecimalNumber.parse(line.value.bytes(in: bytes)) else {
                return .badMaxForwards
            }
            head.maxForwards = UInt32(clamping: value)
            return nil
        default:
            return summary.judgeFraming(line, bytes, minorVersion: head.minorVersion, limits: limits)
        }
    }

    /// Draws the conclusions at the end of the head.
    private mutating func finish(_ bytes: Span<UInt8>) -> Refusal? {
        if head.minorVersion > 0, !summary.has(.host) { return .missingHost }
        if summary.has(.transferEncoding) {
            head.framing = .chunked
        } else if summary.has(.contentLength) {
            head.framing = .length(summary.contentLength)
        }
        if head.form == .authority, head.framing.hasBody { return .connectWithContent }
        head.isPersistent = summary.isPersistent(minorVersion: head.minorVersion)
        if summary.nominations > 0 { dropNominated(in: &head.fields, bytes) }
        return nil
    }
}
