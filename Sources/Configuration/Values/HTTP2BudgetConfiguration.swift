/// How often a client may do what costs it little and us much. Who goes beyond is told to calm down and sent away
/// (ENHANCE_YOUR_CALM, RFC 9113 section 7).
public struct HTTP2BudgetConfiguration: Sendable, Equatable {
    /// Streams that the client resets.
    public var resets = BudgetConfiguration(burst: 400, rate: 50)
    /// Streams that the client makes us reset, and requests that are refused for their fields.
    public var provokedResets = BudgetConfiguration(burst: 100, rate: 10)
    /// SETTINGS frames.
    public var settings = BudgetConfiguration(burst: 32, rate: 4)
    /// PING frames, acknowledgements too.
    public var pings = BudgetConfiguration(burst: 200, rate: 50)
    /// PRIORITY, PRIORITY_UPDATE and frames of unknown types.
    public var priorities = BudgetConfiguration(burst: 500, rate: 100)
    /// DATA and HEADERS on streams that are over.
    public var strayFrames = BudgetConfiguration(burst: 8000, rate: 1000)
    /// DATA without content and HEADERS without fields, which end nothing.
    public var emptyFrames = BudgetConfiguration(burst: 64, rate: 16)
    /// WINDOW_UPDATE frames beyond what our DATA frames call for.
    public var windowUpdates = BudgetConfiguration(burst: 2000, rate: 1000)

    /// Room for what browsers and gRPC do in earnest.
    public init() {}
}

extension HTTP2BudgetConfiguration: ReadableSection {
    init(reading section: SectionReader) {
        self.init()
        section.read("resets", into: &resets)
        section.read("provoked-resets", into: &provokedResets)
        section.read("settings", into: &settings)
        section.read("pings", into: &pings)
        section.read("priorities", into: &priorities)
        section.read("stray-frames", into: &strayFrames)
        section.read("empty-frames", into: &emptyFrames)
        section.read("window-updates", into: &windowUpdates)
    }
}
