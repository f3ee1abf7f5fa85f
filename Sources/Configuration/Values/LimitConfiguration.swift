/// How much a client may ask for.
public struct LimitConfiguration: Sendable, Equatable {
    /// The head of a request or of a response, in bytes.
    public var headBytes = 32 << 10
    /// The fields of a head.
    public var fields = 100
    /// The target of a request, in bytes.
    public var targetBytes = 8 << 10
    /// The body of a request, in bytes; 0: any size.
    public var bodyBytes = 0
    /// The trailers of a message, in bytes.
    public var trailerBytes = 8 << 10
    /// The requests of a connection; 0: any number.
    public var requestsPerConnection = 0

    /// The streams of an HTTP/2 connection that may be open at a time.
    public var streamsPerConnection = 100

    /// Room for what browsers send.
    public init() {}
}

extension LimitConfiguration: ReadableSection {
    init(reading section: SectionReader) {
        self.init()
        section.read("head", .size(1024...(1 << 20)), into: &headBytes)
        section.read("fields", .integer(1...10_000), into: &fields)
        section.read("target", .size(64...(1 << 20)), into: &targetBytes)
        section.read("body", .size(0...(1 << 50)), into: &bodyBytes)
        section.read("trailers", .size(0...(1 << 20)), into: &trailerBytes)
        section.read("requests-per-connection", .integer(0...1_000_000_000), into: &requestsPerConnection)
        section.read("streams-per-connection", .integer(1...10_000), into: &streamsPerConnection)
        if !section.has("target") { targetBytes = min(targetBytes, headBytes) }
        if targetBytes > headBytes {
            let sizes = "\(SizeText.write(targetBytes)) and \(SizeText.write(headBytes))"
            section.context.refuse(
                "'target' must not be larger than 'head', but they are \(sizes)",
                at: section.position(of: section.has("target") ? "target" : "head"))
        }
    }
}
