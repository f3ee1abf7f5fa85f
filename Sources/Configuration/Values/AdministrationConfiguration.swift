public import Platform

/// How an operator reaches the running program.
public struct AdministrationConfiguration: Sendable, Equatable {
    /// The path of the UNIX socket for commands; nil: none.
    public var socket: String?
    /// The file in which what operators want of instances outlives the program; nil: beside the socket.
    public var state: String?
    /// Where the API and the page listen; nil: nowhere.
    public var address: SocketAddress?

    /// Unreachable.
    public init() {}

    /// The file in which what operators want of instances outlives the program; nil if nobody can want anything.
    public var stateFile: String? { state ?? socket.map { $0 + ".state" } }
}

extension AdministrationConfiguration: ReadableSection {
    init(reading section: SectionReader) {
        self.init()
        let context = section.context
        let path = ScalarFormat { (text: String) throws(Refusal) in
            try EndpointAddress.unixPath(path: text, in: context)
        }
        section.read("socket", path, into: &socket)
        section.read("state", .path(in: context), into: &state)
        if state != nil, socket == nil {
            context.refuse(
                "'state' keeps what commands have changed: it needs the key 'socket'",
                at: section.position(of: "state"))
        }
        section.read("address", .ip(), into: &address)
    }
}
