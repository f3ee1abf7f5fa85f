internal import HTTP
internal import HTTP1
internal import Runtime

/// Writes the fields of an HTTP/2 request as the head of an HTTP/1.1 request, which the parser of that protocol then
/// judges as strictly as any other: one model of a request, and one set of rules, for both.
///
/// Nothing that comes can end its line: names are lower-case tokens, values have no control characters, and what
/// makes up the request line has no white space (RFC 9113 sections 8.2, 8.3 and 10.3). One header block is under way
/// at a time on a connection, so a session needs one of these.
struct RequestText: ~Copyable {
    /// What is wrong with the request, if anything: the first thing that was found.
    private(set) var refusal: Refusal?
    /// Whether it asks for a tunnel: CONNECT (RFC 9113 section 8.5), or WebSocket (RFC 8441).
    private(set) var asksForTunnel = false

    private let limits: HeadLimits
    /// The values of the pseudo-header fields, one after the other.
    private let pseudo = ByteBuffer(capacity: 1 << 10)
    /// All cookies, joined.
    private let cookies = ByteBuffer(capacity: 1 << 10)
    private var method = Extent.none
    private var path = Extent.none
    private var authority = Extent.none
    private var scheme = Extent.none
    private var protocolName = Extent.none
    private var seen: UInt8 = 0
    private var hasRequestLine = false
    /// How long the body will be, where the client has said so; the library has seen to it that it is a number.
    private(set) var length: UInt64?
    private var list: ListMeasure

    init(limits: HeadLimits) {
        self.limits = limits
        list = ListMeasure(limits, pseudoFields: 4)
    }

    /// Whether the fields go so far beyond the limit that they are not even worth an answer.
    var isExcessive: Bool { list.isExcessive }

    /// Gets ready for the next request.
    mutating func reset() {
        refusal = nil
        list.reset()
        asksForTunnel = false
        pseudo.clear()
        cookies.clear()
        method = .none
        path = .none
        authority = .none
        scheme = .none
        protocolName = .none
        seen = 0
        hasRequestLine = false
        length = nil
    }

    /// Takes a field in.
    mutating func add(_ name: Span<UInt8>, _ value: Span<UInt8>, into head: ByteBuffer) {
        if let fault = list.add(name, value) { refuse(fault) }
        guard refusal == nil else { return }
        if name.count > 0, name[0] == 0x3a { return addPseudo(name, value) }
        if let fault = FieldText.fault(name, value) { return refuse(fault) }
        if !hasRequestLine { writeRequestLine(into: head) }
        addField(name, value, into: head)
    }

    /// Ends the head; `hasBody`: DATA or trailers may follow.
    mutating func finish(hasBody: Bool, into head: ByteBuffer) {
        if !hasRequestLine { writeRequestLine(into: head) }
        guard refusal == nil else { return }
        if !cookies.isEmpty { Self.writeLine("cookie: ", cookies.readable, into: head) }
        if length == nil, !asksForTunnel {
            if hasBody {
                // Not the client's word: how the body goes on from here.
                head.append("transfer-encoding: chunked\r\n")
            } else if Self.usuallyHasBody(Method(method.bytes(in: pseudo.readable))) {
                head.append("content-length: 0\r\n")
            }
        }
        head.append("\r\n")
        if head.count > limits.headBytes { refuse(.headTooLarge) }
    }

    private mutating func refuse(_ reason: Refusal) {
        if refusal == nil { refusal = reason }
    }

    // MARK: Pseudo-header fields (RFC 9113 section 8.3.1)

    private mutating func addPseudo(_ name: Span<UInt8>, _ value: Span<UInt8>) {
        guard !hasRequestLine else { return refuse(.badPseudoField) }
        let extent = Extent(from: pseudo.count, to: pseudo.count &+ value.count)
        let bit: UInt8
        switch FoldedName(name) {
        case FoldedName(":method"):
            guard FieldSyntax.isToken(value) else { return refuse(.badMethod) }
            method = extent
            bit = 1
        case FoldedName(":path"):
            guard FieldSyntax.isWord(value), value[0] == 0x2f || value.count == 1 && value[0] == 0x2a else {
                return refuse(.badTarget)
            }
            path = extent
            bit = 2
        case FoldedName(":authority"):
            guard FieldSyntax.isWord(value) else { return refuse(.badHost) }
            authority = extent
            bit = 4
        case FoldedName(":scheme"):
            let isKnown = FoldedName(value) == FoldedName("https") || FoldedName(value) == FoldedName("http")
            guard isKnown else { return refuse(.badScheme) }
            scheme = extent
            bit = 8
        case FoldedName(":protocol"):
            guard FieldSyntax.isToken(value) else { return refuse(.badPseudoField) }
            protocolName = extent
            bit = 16
        default:
            return refuse(.badPseudoField)
        }
        guard seen & bit == 0 else { return refuse(.badPseudoField) }
        seen |= bit
        pseudo.append(value)
    }

    private mutating func writeRequestLine(into head: ByteBuffer) {
        hasRequestLine = true
        let pseudo = pseudo
        let bytes = pseudo.readable
        if Method(method.bytes(in: bytes)) == .connect { return writeTunnelLine(bytes, into: head) }
        guard protocolName.isEmpty, !method.isEmpty, !path.isEmpty, !scheme.isEmpty else {
            return refuse(.badPseudoField)
        }
        head.append(method.bytes(in: bytes))
        head.append(" ")
        head.append(path.bytes(in: bytes))
        head.append(" HTTP/1.1\r\n")
        if !authority.isEmpty { Self.writeLine("host: ", authority.bytes(in: bytes), into: head) }
    }

    /// CONNECT asks for what it asks for in HTTP/1.1. With `:protocol` it is what `Upgrade` is there, and becomes that.
    private mutating func writeTunnelLine(_ bytes: Span<UInt8>, into head: ByteBuffer) {
        asksForTunnel = true
        guard !authority.isEmpty, path.isEmpty == protocolName.isEmpty, scheme.isEmpty == protocolName.isEmpty
        else { return refuse(.badPseudoField) }
        guard !protocolName.isEmpty else {
            head.append("CONNECT ")
            head.append(authority.bytes(in: bytes))
            head.append(" HTTP/1.1\r\n")
            return Self.writeLine("host: ", authority.bytes(in: bytes), into: head)
        }
        // Others have no form in HTTP/1.1 that is the same (RFC 9220 section 3).
        guard FoldedName(protocolName.bytes(in: bytes)) == FoldedName("websocket") else {
            return refuse(.unknownProtocol)
        }
        head.append("GET ")
        head.append(path.bytes(in: bytes))
        head.append(" HTTP/1.1\r\n")
        Self.writeLine("host: ", authority.bytes(in: bytes), into: head)
        head.append("connection: upgrade\r\nupgrade: websocket\r\n")
    }

    // MARK: Fields

    private mutating func addField(_ name: Span<UInt8>, _ value: Span<UInt8>, into head: ByteBuffer) {
        guard refusal == nil else { return }
        switch FieldKind(name) {
        case .te where FoldedName(value) == FoldedName("trailers"):
            break
        case let kind where FieldText.isOfConnection(kind):
            return refuse(.connectionField)
        case .cookie:
            // RFC 9113 section 8.2.3.
            guard value.count > 0 else { return }
            if !cookies.isEmpty { cookies.append("; ") }
            return cookies.append(value)
        case .host where !authority.isEmpty:
            let isSame = FieldSyntax.areEqual(value, authority.bytes(in: pseudo.readable))
            return isSame ? () : refuse(.authorityConflict)
        case .contentLength:
            length = DecimalNumber.parse(value) ?? .max
        case .other where asksForTunnel && FoldedName(name) == FoldedName("sec-websocket-key"):
            // The service gets one of ours.
            return
        default:
            break
        }
        FieldText.write(name, value, into: head)
    }

    private static func writeLine(_ name: StaticString, _ value: Span<UInt8>, into head: ByteBuffer) {
        head.append(name)
        head.append(value)
        head.append("\r\n")
    }

    /// Whether services expect a length with every request of that method (RFC 9110 section 8.6).
    private static func usuallyHasBody(_ method: Method) -> Bool {
        method == .post || method == .put || method == .patch
    }
}
