/// A redirect to HTTPS: same host, same path and query.
public struct RedirectConfiguration: Sendable, Equatable {
    /// The port of the target, left out of the location if it is 443.
    public var port: UInt16 = 443
    /// The status: 301, 302, 307 or 308.
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
        let statuses = [301, 302, 307, 308]
        section.read("status", .integer(301...308), into: &status)
        if !statuses.contains(status) {
            section.context.refuse(
                "'status' must be 301, 302, 307 or 308, not '\(status)'", at: section.position(of: "status"))
        }
    }
}
