public import Platform

/// How an operator reaches the running program.
public struct AdministrationConfiguration: Sendable, Equatable {
    /// The path of the UNIX socket for commands; nil: none.
    public var socket: String?
    /// Where the API and the page listen; nil: nowhere.
    public var address: SocketAddress?

    /// Unreachable.
    public init() {}
}

extension AdministrationConfiguration: ReadableSection {
    init(reading section: SectionReader) {
        self.init()
        let context = section.context
        let path = ScalarFormat { (text: String) throws(Refusal) in
            try EndpointAddress.unixPath(path: text, in: context)
        }
        section.read("socket", path, into: &socket)
        section.read("address", .ip(), into: &address)
    }
}
