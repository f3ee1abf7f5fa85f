internal import HTTP
internal import HTTP1
internal import Runtime

/// Writes the trailer fields of an HTTP/2 request as the end of a chunked body, for the decoder of that coding to
/// judge (RFC 9113 section 8.1). One header block is under way at a time on a connection, so a session needs one.
struct TrailerText {
    /// What is wrong with the trailers, if anything: the first thing that was found.
    private(set) var refusal: Refusal?
    /// Whether the fields go so far beyond the limit that they are not even worth an answer.
    private(set) var isExcessive = false

    private let limitBytes: Int
    private var listBytes = 0

    init(limits: HeadLimits) {
        limitBytes = limits.trailerBytes
    }

    /// Gets ready for the next trailers: the last chunk's size line.
    mutating func begin(_ text: ByteBuffer) {
        refusal = nil
        isExcessive = false
        listBytes = 0
        text.append("0\r\n")
    }

    /// Takes a field in.
    mutating func add(_ name: Span<UInt8>, _ value: Span<UInt8>, into text: ByteBuffer) {
        listBytes &+= name.count &+ value.count &+ 4
        if listBytes > limitBytes &* SessionSettings.headerListFactor { isExcessive = true }
        guard refusal == nil else { return }
        refusal = judge(name, value)
        guard refusal == nil else { return }
        FieldText.write(name, value, into: text)
    }

    private func judge(_ name: Span<UInt8>, _ value: Span<UInt8>) -> Refusal? {
        guard listBytes <= limitBytes else { return .trailersTooLarge }
        guard name.count > 0, name[0] != 0x3a else { return .badPseudoField }
        if let fault = FieldText.fault(name, value) { return fault }
        return FieldText.isOfConnection(FieldKind(name)) ? .connectionField : nil
    }

    /// The empty line.
    func end(_ text: ByteBuffer) {
        text.append("\r\n")
    }
}
