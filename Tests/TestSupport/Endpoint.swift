internal import Glibc

/// Where a socket of a test listens or connects to: always this machine.
public enum Endpoint: Sendable, Equatable {
    /// A TCP port on an IPv4 loop-back address, 127.0.0.1 unless another one is named.
    case ipv4(address: String = "127.0.0.1", port: UInt16)
    /// A TCP port on ::1.
    case ipv6(port: UInt16)
    /// A UNIX socket.
    case unix(path: String)

    /// As configurations and URLs write it: `127.0.0.1:80`, `[::1]:80` or `unix:/path`.
    public var text: String {
        switch self {
        case .ipv4(let address, let port): "\(address):\(port)"
        case .ipv6(let port): "[::1]:\(port)"
        case .unix(let path): "unix:\(path)"
        }
    }

    /// The TCP port; zero for a UNIX socket.
    public var port: UInt16 {
        switch self {
        case .ipv4(_, let port), .ipv6(let port): port
        case .unix: 0
        }
    }

    var family: Int32 {
        switch self {
        case .ipv4: AF_INET
        case .ipv6: AF_INET6
        case .unix: AF_UNIX
        }
    }

    /// Lends the socket address to `body`.
    func withAddress<Result>(
        _ body: (UnsafePointer<sockaddr>, socklen_t) throws -> Result
    ) throws -> Result {
        var storage = sockaddr_storage()
        let size: Int
        switch self {
        case .ipv4(let address, let port):
            var wanted = sockaddr_in()
            wanted.sin_family = sa_family_t(AF_INET)
            wanted.sin_port = port.bigEndian
            guard unsafe inet_pton(AF_INET, address, &wanted.sin_addr) == 1 else {
                throw HarnessError.system("inet_pton", EINVAL)
            }
            size = MemoryLayout<sockaddr_in>.size
            unsafe withUnsafeMutableBytes(of: &storage) {
                unsafe $0.storeBytes(of: wanted, as: sockaddr_in.self)
            }
        case .ipv6(let port):
            var wanted = sockaddr_in6()
            wanted.sin6_family = sa_family_t(AF_INET6)
            wanted.sin6_port = port.bigEndian
            wanted.sin6_addr = in6addr_loopback
            size = MemoryLayout<sockaddr_in6>.size
            unsafe withUnsafeMutableBytes(of: &storage) {
                unsafe $0.storeBytes(of: wanted, as: sockaddr_in6.self)
            }
        case .unix(let path):
            let bytes = Array(path.utf8)
            guard bytes.count < 108 else { throw HarnessError.system("bind", ENAMETOOLONG) }
            size = 2 + bytes.count + 1
            storage.ss_family = sa_family_t(AF_UNIX)
            unsafe withUnsafeMutableBytes(of: &storage) { raw in
                for (offset, byte) in bytes.enumerated() { unsafe raw[2 + offset] = byte }
            }
        }
        return try unsafe withUnsafePointer(to: &storage) { pointer in
            try unsafe pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                try unsafe body($0, socklen_t(size))
            }
        }
    }
}
