/// One platform service: a running instance of a service.
public struct InstanceConfiguration: Sendable, Equatable {
    /// The administrative state that an instance starts with.
    public enum State: String, Sendable, CaseIterable {
        /// In service.
        case ready
        /// Only for those who are pinned to it.
        case draining
        /// For nobody.
        case disabled
    }

    /// The stable service identity, `name@node`, unique in the configuration.
    public var id: String
    /// Where it listens: a name or an IP address with a port, or a UNIX socket.
    public var address: EndpointAddress
    /// Its share relative to the others, 0...256; 0: no new lineage.
    public var weight = 1
    /// The administrative state that it starts with.
    public var state = State.ready
    /// How it may say itself how it is; nil: it may not.
    public var notification: NotificationConfiguration?

    /// An instance of defaults.
    public init(id: String, address: EndpointAddress) {
        self.id = id
        self.address = address
    }
}

extension InstanceConfiguration: ReadableSection {
    init(reading section: SectionReader) {
        let context = section.context
        let id = section.required("id", .identity, placeholder: "")
        let address = section.required("address", .instance(in: context), placeholder: .descriptor(-1))
        self.init(id: id, address: address)
        section.read("weight", .integer(0...256), into: &weight)
        section.read("state", .word(), into: &state)
        section.read("notify", into: &notification)
        let place = section.position(of: "id")
        if !id.isEmpty, let earlier = context.claim("instance", id, at: place) {
            context.refuse("the instance '\(id)' exists already at \(earlier)", at: place)
        }
    }
}
