internal import HTTP

/// What the fields of a head say about its framing and its connection, gathered line by line; the rules are
/// the same for requests and responses (RFC 9112 sections 6 and 9).
struct FieldSummary {
    /// The kinds that a parser must look at; all others are only kept.
    static let kinds = FieldKinds(
        rawValue: FieldKinds(.host).rawValue | FieldKinds(.connection).rawValue
            | FieldKinds(.contentLength).rawValue | FieldKinds(.transferEncoding).rawValue
            | FieldKinds(.expect).rawValue | FieldKinds(.maxForwards).rawValue)

    /// The value of `Content-Length`.
    private(set) var contentLength: UInt64 = 0
    /// How many names `Connection` nominates besides `close` and `keep-alive`.
    private(set) var nominations = 0
    private var seen: UInt64 = 0
    private var closes = false
    private var keepsAlive = false

    /// Notes that a field of `kind` came; false if it is not the first.
    mutating func note(_ kind: FieldKind) -> Bool {
        let bit = FieldKinds(kind).rawValue
        let isFirst = seen & bit == 0
        seen |= bit
        return isFirst
    }

    /// Whether a field of `kind` was noted.
    func has(_ kind: FieldKind) -> Bool {
        seen & FieldKinds(kind).rawValue != 0
    }

    /// Whether the connection goes on after the message, as far as its sender is concerned (RFC 9112 section
    /// 9.3).
    func isPersistent(minorVersion: UInt8) -> Bool {
        !closes && (minorVersion > 0 || keepsAlive)
    }

    /// Takes in `Content-Length`, `Transfer-Encoding` or `Connection`.
    mutating func judgeFraming(
        _ line: FieldLine, _ bytes: Span<UInt8>, minorVersion: UInt8, limits: HeadLimits
    ) -> Refusal? {
        switch line.kind {
        case .contentLength:
            guard note(.contentLength) else { return .repeatedContentLength }
            guard !has(.transferEncoding) else { return .lengthWithTransferEncoding }
            guard let value = DecimalNumber.parse(line.value.bytes(in: bytes)) else {
                return .badContentLength
            }
            guard value < UInt64(Int64.max) else { return .contentLengthTooLarge }
            contentLength = value
            return nil
        case .transferEncoding:
            guard note(.transferEncoding) else { return .repeatedTransferEncoding }
            guard !has(.contentLength) else { return .lengthWithTransferEncoding }
            guard minorVersion > 0 else { return .transferEncodingInHTTP10 }
            return judgeCodings(line.value, bytes)
        case .connection:
            return judgeConnection(line.value, bytes, limit: limits.connectionOptions)
        default:
            return nil
        }
    }

    /// Only `chunked`, once and alone, is a coding that we undo (RFC 9112 section 6.1).
    private func judgeCodings(_ extent: Extent, _ bytes: Span<UInt8>) -> Refusal? {
        let chunked = FoldedName("chunked")
        if FoldedName(extent.bytes(in: bytes)) == chunked { return nil }
        var codings = ListElements(extent)
        var knownCount = 0
        while let coding = codings.next(in: bytes) {
            let parameters = ByteScan.first(
                Byte.semicolon, in: bytes, from: Int(coding.start), to: coding.end)
            guard FoldedName(bytes.extracting(Int(coding.start)..<parameters)) == chunked else {
                // What comes after chunked would hide where the message ends.
                return knownCount > 0 ? .badTransferEncoding : .unknownTransferCoding
            }
            knownCount &+= 1
        }
        return .badTransferEncoding
    }

    private mutating func judgeConnection(_ extent: Extent, _ bytes: Span<UInt8>, limit: Int) -> Refusal? {
        var options = ListElements(extent)
        while let option = options.next(in: bytes) {
            switch FoldedName(option.bytes(in: bytes)) {
            case FoldedName("keep-alive"): keepsAlive = true
            case FoldedName("close"): closes = true
            default:
                var classes: CharacterClass = []
                let end = ByteScan.firstOutside(
                    .token, in: bytes, from: Int(option.start), to: option.end, seen: &classes)
                guard end == option.end else { return .badConnection }
                nominations &+= 1
                guard nominations <= limit else { return .tooManyConnectionOptions }
            }
        }
        return nil
    }
}

/// Marks the lines that `Connection` nominates (RFC 9110 section 7.6.1). Host and the framing fields stay:
/// they are made anew.
func dropNominated(in fields: inout FieldTable, _ bytes: Span<UInt8>) {
    var connection = fields.firstIndex(of: .connection)
    while let current = connection {
        var options = ListElements(fields[current].value)
        while let option = options.next(in: bytes) {
            if FieldSummary.isDirective(option.bytes(in: bytes)) { continue }
            for index in 0..<fields.count where !FieldSummary.isEndToEnd(fields[index].kind) {
                let name = fields[index].name.bytes(in: bytes)
                if ByteScan.equalFolded(name, option.bytes(in: bytes)) { fields.drop(at: index) }
            }
        }
        connection = fields.firstIndex(of: .connection, from: current &+ 1)
    }
}

extension FieldSummary {
    /// Whether a connection option is about the connection itself, so that it nominates no field.
    fileprivate static func isDirective(_ option: Span<UInt8>) -> Bool {
        let name = FoldedName(option)
        return name == FoldedName("close") || name == FoldedName("keep-alive")
    }

    /// Whether a nomination of `kind` has no effect.
    fileprivate static func isEndToEnd(_ kind: FieldKind) -> Bool {
        kind == .host || kind == .contentLength || kind == .transferEncoding
    }
}
