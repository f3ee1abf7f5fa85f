/// How requests wait for an owner that is starting.
public struct HoldConfiguration: Sendable, Equatable {
    /// How long a request waits at most.
    public var timeout = Duration.seconds(10)
    /// How many requests of the service wait at most.
    public var queue = 1024
    /// What `Retry-After` says in a 503 of this service; whole seconds.
    public var retryAfter = Duration.seconds(5)

    /// Ten seconds, 1024 requests.
    public init() {}
}

extension HoldConfiguration: ReadableSection {
    init(reading section: SectionReader) {
        self.init()
        section.read("timeout", .duration(.zero ... .seconds(3600)), into: &timeout)
        section.read("queue", .integer(0...1_000_000), into: &queue)
        section.read("retry-after", .seconds(.seconds(1) ... .seconds(86_400)), into: &retryAfter)
    }
}
