/// How much an HTTP/2 connection of a client may have on its way, and how often it may do what costs us more than it.
public struct HTTP2Configuration: Sendable, Equatable {
    /// What a stream may send before we have taken it, in bytes (RFC 9113 section 5.2).
    public var streamWindowBytes = 64 << 10
    /// The same for all streams of a connection together.
    public var connectionWindowBytes = 1 << 20
    /// What is counted, each with its limit.
    public var budgets = HTTP2BudgetConfiguration()

    /// Windows for uploads over wide distances, that cost a connection at most a megabyte.
    public init() {}
}

extension HTTP2Configuration: ReadableSection {
    init(reading section: SectionReader) {
        self.init()
        section.read("stream-window", .size(16_384...(16 << 20)), into: &streamWindowBytes)
        section.read("connection-window", .size(65_535...(256 << 20)), into: &connectionWindowBytes)
        section.read("budgets", into: &budgets)
        if connectionWindowBytes < streamWindowBytes {
            section.context.refuse(
                "'connection-window' must not be smaller than 'stream-window'",
                at: section.position(
                    of: section.has("connection-window") ? "connection-window" : "stream-window"))
        }
    }
}
