internal import CLinux

/// Where a socket listens or connects: an IP address with a port, or a path in the file system.
public enum SocketAddress: Hashable, Sendable, CustomStringConvertible {
    /// TCP over IPv4 or IPv6.
    case ip(IPAddress, port: UInt16)
    /// A stream socket in the file system (unix(7)); at most 107 bytes of path.
    case unix(path: String)

    /// The longest path of a UNIX socket, in bytes (unix(7)).
    public static let maximumPathBytes = 107

    /// Reads `192.0.2.1:80`, `[2001:db8::1]:80` and `unix:/path`; nil for anything else.
    public init?(_ text: String) {
        if text.hasPrefix("unix:") {
            let path = String(text.dropFirst(5))
            guard !path.isEmpty, path.utf8.count <= Self.maximumPathBytes, !path.utf8.contains(0) else {
                return nil
            }
            self = .unix(path: path)
            return
        }
        guard let colon = text.lastIndex(of: ":"), let port = Self.port(text[text.index(after: colon)...])
        else {
            return nil
        }
        var host = text[..<colon]
        if host.hasPrefix("["), host.hasSuffix("]") {
            host = host.dropFirst().dropLast()
            guard host.contains(":") else { return nil }
        } else if host.contains(":") {
            return nil
        }
        guard let address = IPAddress(String(host)) else { return nil }
        self = .ip(address, port: port)
    }

    /// The IP address; nil for a UNIX socket.
    public var ip: IPAddress? {
        guard case .ip(let address, _) = self else { return nil }
        return address
    }

    /// The port; nil for a UNIX socket.
    public var port: UInt16? {
        guard case .ip(_, let port) = self else { return nil }
        return port
    }

    /// The notation that the initializer reads.
    public var description: String {
        switch self {
        case .ip(let address, let port):
            address.isIPv4 ? "\(address):\(port)" : "[\(address)]:\(port)"
        case .unix(let path):
            "unix:\(path)"
        }
    }

    private static func port(_ text: Substring) -> UInt16? {
        guard !text.isEmpty, text.utf8.allSatisfy({ $0 >= 48 && $0 <= 57 }) else { return nil }
        return UInt16(text)
    }
}

extension SocketAddress {
    /// The address family of the socket (socket(2)).
    var family: Int32 {
        switch self {
        case .ip(let address, _): address.isIPv4 ? AF_INET : AF_INET6
        case .unix: AF_UNIX
        }
    }

    /// From what accept(2), getsockname(2) and the like wrote; nil for a family that we do not speak.
    init?(_ storage: sockaddr_storage, length: socklen_t) {
        var copy = storage
        let parsed: SocketAddress? = unsafe withUnsafeMutableBytes(of: &copy) { bytes in
            switch Int32(storage.ss_family) {
            case AF_INET:
                let value = unsafe bytes.loadUnaligned(as: sockaddr_in.self)
                return .ip(
                    IPAddress(v4: UInt32(bigEndian: value.sin_addr.s_addr)),
                    port: UInt16(bigEndian: value.sin_port))
            case AF_INET6:
                let value = unsafe bytes.loadUnaligned(as: sockaddr_in6.self)
                return .ip(IPAddress(value.sin6_addr), port: UInt16(bigEndian: value.sin6_port))
            case AF_UNIX:
                let start = MemoryLayout<sa_family_t>.size
                let path = unsafe bytes[start..<max(start, min(Int(length), bytes.count))].prefix { $0 != 0 }
                return unsafe .unix(path: String(decoding: path, as: UTF8.self))
            default:
                return nil
            }
        }
        guard let parsed else { return nil }
        self = parsed
    }

    /// Calls `body` with the kernel's form of this address.
    func withKernelForm<Result>(_ body: (UnsafePointer<sockaddr>, socklen_t) -> Result) -> Result {
        var storage = sockaddr_storage()
        var length = socklen_t(MemoryLayout<sockaddr_in6>.size)
        unsafe withUnsafeMutableBytes(of: &storage) { bytes in
            switch self {
            case .ip(let address, let port) where address.isIPv4:
                var value = sockaddr_in()
                value.sin_family = sa_family_t(AF_INET)
                value.sin_port = port.bigEndian
                value.sin_addr.s_addr = UInt32(truncatingIfNeeded: address.low).bigEndian
                unsafe bytes.storeBytes(of: value, as: sockaddr_in.self)
                length = socklen_t(MemoryLayout<sockaddr_in>.size)
            case .ip(let address, let port):
                var value = sockaddr_in6()
                value.sin6_family = sa_family_t(AF_INET6)
                value.sin6_port = port.bigEndian
                value.sin6_addr = address.v6
                unsafe bytes.storeBytes(of: value, as: sockaddr_in6.self)
            case .unix(let path):
                unsafe bytes.storeBytes(of: sa_family_t(AF_UNIX), as: sa_family_t.self)
                let start = MemoryLayout<sa_family_t>.size
                let kept = path.utf8.prefix(Self.maximumPathBytes)
                for (offset, byte) in kept.enumerated() {
                    unsafe bytes[start + offset] = byte
                }
                length = socklen_t(start + kept.count + 1)
            }
        }
        return unsafe withUnsafePointer(to: &storage) { pointer in
            unsafe pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { unsafe body($0, length) }
        }
    }
}
