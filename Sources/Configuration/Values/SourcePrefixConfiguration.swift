/// How many leading bits of an address tell one source from another.
public struct SourcePrefixConfiguration: Sendable, Equatable {
    /// For IPv4, 0...32.
    public var ipv4 = 32
    /// For IPv6, 0...128.
    public var ipv6 = 64

    /// A whole IPv4 address, an IPv6 network.
    public init() {}
}

extension SourcePrefixConfiguration: ReadableSection {
    init(reading section: SectionReader) {
        self.init()
        section.read("ipv4", .integer(0...32), into: &ipv4)
        section.read("ipv6", .integer(0...128), into: &ipv6)
    }
}
