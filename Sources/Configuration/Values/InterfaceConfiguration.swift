/// Which network interfaces lead where, and how soon a change of them counts.
public struct InterfaceConfiguration: Sendable, Equatable {
    /// The interfaces towards clients; empty: as the listeners' addresses have it.
    public var client: [String] = []
    /// The interfaces towards platform services; empty: as the instances' addresses have it.
    public var service: [String] = []
    /// The interfaces towards other appliances.
    public var backplane: [String] = []
    /// How long changes are gathered before they count.
    public var debounce = Duration.milliseconds(50)

    /// No interface by name.
    public init() {}
}

extension InterfaceConfiguration: ReadableSection {
    init(reading section: SectionReader) {
        self.init()
        section.read("client", listOf: .interface, limit: 64, into: &client)
        section.read("service", listOf: .interface, limit: 64, into: &service)
        section.read("backplane", listOf: .interface, limit: 64, into: &backplane)
        section.read("debounce", .duration(.zero ... .seconds(10)), into: &debounce)
    }
}
