/// How long the steps of a service's exchanges may take, where the service needs other times than the rest.
public struct ServiceTimeoutConfiguration: Sendable, Equatable {
    /// The head of a response, from the end of the request on; nil: as for all services.
    public var response: Duration?
    /// The body of a message: between two pieces of it; nil: as for all services.
    public var body: Duration?

    /// The times of all services.
    public init() {}
}

extension ServiceTimeoutConfiguration: ReadableSection {
    init(reading section: SectionReader) {
        self.init()
        let step = ScalarFormat<Duration>.duration(.milliseconds(1) ... .seconds(86_400))
        section.read("response", step, into: &response)
        section.read("body", step, into: &body)
    }
}
