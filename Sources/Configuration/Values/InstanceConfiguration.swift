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

    /// An instance of defaults.
    public init(id: String, address: EndpointAddress) {
        self.id = id
        self.address = address
    }
}
