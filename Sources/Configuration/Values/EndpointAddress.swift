public import Platform

/// Where a socket listens or connects, as an operator writes it.
public enum EndpointAddress: Sendable, Hashable, CustomStringConvertible {
    /// An IP address with a port, or the path of a UNIX socket: `192.0.2.1:80`, `[2001:db8::1]:80`, `unix:/run/a`.
    case socket(SocketAddress)
    /// A host name with a port: `portal.example:9001`. The name is in lower case.
    case name(String, port: UInt16)
    /// A listening socket that the program was started with: `fd:5`.
    case descriptor(Int32)
    /// A listening socket that the service manager opened under that name (sd_listen_fds(3)): `systemd:https`.
    case systemd(String)

    /// The notation of the file.
    public var description: String {
        switch self {
        case .socket(let address): address.description
        case .name(let name, let port): "\(name):\(port)"
        case .descriptor(let number): "fd:\(number)"
        case .systemd(let name): "systemd:\(name)"
        }
    }
}
