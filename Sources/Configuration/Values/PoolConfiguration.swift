/// The connections from a worker to an instance.
public struct PoolConfiguration: Sendable, Equatable {
    /// How many idle connections a worker keeps to an instance.
    public var idle = 256
    /// How long an idle connection is kept.
    public var idleTimeout = Duration.seconds(30)
    /// How many connections may be in use between a worker and an instance; 0: any number.
    public var perInstance = 0
    /// How many requests share a connection of HTTP/2, if the service allows as many.
    public var streams = 100

    /// Up to 256 idle connections for 30 s.
    public init() {}
}

extension PoolConfiguration: ReadableSection {
    init(reading section: SectionReader) {
        self.init()
        section.read("idle", .integer(0...10_000), into: &idle)
        section.read("idle-timeout", .duration(.milliseconds(1) ... .seconds(86_400)), into: &idleTimeout)
        section.read("per-instance", .integer(0...100_000), into: &perInstance)
        section.read("streams", .integer(1...10_000), into: &streams)
    }
}
