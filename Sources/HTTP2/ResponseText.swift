internal import HTTP
internal import HTTP1
internal import Runtime

/// Writes the fields of an HTTP/2 response as the head of an HTTP/1.1 response, which the parser of that protocol then
/// judges as strictly as any other. See `RequestText`, of which this is the mirror image.
struct ResponseText {
    /// What is wrong with the response, if anything: the first thing that was found.
    private(set) var refusal: Refusal?
    private var list: ListMeasure
    private var status = 0
    private var isHead = false
    private var hasLength = false
    private var tunnel: TunnelForm?

    init(limits: HeadLimits) {
        list = ListMeasure(limits, pseudoFields: 1)
    }

    /// Whether the fields go so far beyond the limit that they are not even worth reading.
    var isExcessive: Bool { list.isExcessive }

    /// Gets ready for the next head.
    /// - Parameters:
    ///   - isHead: whether the request's method was HEAD.
    ///   - tunnel: how the request has asked for a tunnel; nil: it has not.
    mutating func begin(isHead: Bool, tunnel: TunnelForm? = nil) {
        refusal = nil
        list.reset()
        status = 0
        self.isHead = isHead
        self.tunnel = tunnel
        hasLength = false
    }

    /// Whether the service agrees to the tunnel that was asked for.
    var agrees: Bool { tunnel != nil && status >= 200 && status < 300 }

    /// Whether a final head follows.
    var isInterim: Bool { status >= 100 && status < 200 }

    /// Takes a field in.
    mutating func add(_ name: Span<UInt8>, _ value: Span<UInt8>, into head: ByteBuffer) {
        if let fault = list.add(name, value) { refuse(fault) }
        guard refusal == nil else { return }
        if name.count > 0, name[0] == 0x3a { return addStatus(name, value, into: head) }
        guard status > 0 else { return refuse(.badPseudoField) }
        if let fault = FieldText.fault(name, value) { return refuse(fault) }
        let kind = FieldKind(name)
        guard !FieldText.isOfConnection(kind) else { return refuse(.connectionField) }
        if kind == .contentLength { hasLength = true }
        // There was no nonce that it could answer.
        if tunnel != nil, FoldedName(name) == FoldedName("sec-websocket-accept") { return }
        FieldText.write(name, value, into: head)
    }

    /// Ends the head; `isLast`: no content follows.
    mutating func finish(isLast: Bool, into head: ByteBuffer) {
        if status == 0 || isInterim && isLast { refuse(.badStatusLine) }
        guard refusal == nil else { return }
        if agrees {
            if case .webSocket(let acceptance) = tunnel { writeUpgrade(acceptance, into: head) }
        } else if !hasLength, !isHead, status >= 200, status != 204, status != 304 {
            // Not the service's word: how the body goes on from here.
            head.append(isLast ? "content-length: 0\r\n" : "transfer-encoding: chunked\r\n")
        }
        head.append("\r\n")
    }

    /// What an upgrade is answered with that 2xx says here (RFC 8441 section 5).
    private func writeUpgrade(_ acceptance: [UInt8], into head: ByteBuffer) {
        head.append("connection: upgrade\r\nupgrade: websocket\r\nsec-websocket-accept: ")
        head.append(acceptance.span)
        head.append("\r\n")
    }

    /// Notes what is wrong.
    mutating func refuse(_ reason: Refusal) {
        if refusal == nil { refusal = reason }
    }

    private mutating func addStatus(_ name: Span<UInt8>, _ value: Span<UInt8>, into head: ByteBuffer) {
        guard FoldedName(name) == FoldedName(":status"), status == 0 else { return refuse(.badPseudoField) }
        guard value.count == 3 else { return refuse(.badStatusLine) }
        var number = 0
        for index in value.indices {
            guard value[index] >= 0x30, value[index] <= 0x39 else { return refuse(.badStatusLine) }
            number = number &* 10 &+ Int(value[index] &- 0x30)
        }
        // HTTP/2 has no 101 (RFC 9113 section 8.6).
        guard number >= 100, number < 600, number != 101 else { return refuse(.badStatusLine) }
        status = number
        head.append("HTTP/1.1 ")
        if case .webSocket = tunnel, agrees { head.append("101") } else { head.append(value) }
        head.append(" \r\n")
    }
}
