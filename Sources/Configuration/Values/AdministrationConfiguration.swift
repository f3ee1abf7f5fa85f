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
