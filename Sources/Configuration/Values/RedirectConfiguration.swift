/// A redirect to HTTPS: same host, same path and query.
public struct RedirectConfiguration: Sendable, Equatable {
    /// The port of the target, left out of the location if it is 443.
    public var port: UInt16 = 443
    /// The status: 301 or 308.
    public var status = 308

    /// A permanent redirect to port 443.
    public init() {}
}

extension RedirectConfiguration: ReadableSection {
    /// Where a redirect leads.
    enum Target: String, CaseIterable {
        case https
    }

    init(reading section: SectionReader) {
        self.init()
        section.read("port", .port, into: &port)
        section.read("status", .integer(oneOf: [301, 308]), into: &status)
    }
}
