internal import Platform

extension EndpointAddress {
    /// Reads a name or an IP address with a port: `portal.example:9001`, `192.0.2.1:80`, `[2001:db8::1]:80`.
    static func withPort(_ text: String) throws(Refusal) -> EndpointAddress {
        guard let colon = text.lastIndex(of: ":") else { throw .must("have a port, as in host:9001") }
        let host = text[..<colon]
        let digits = text[text.index(after: colon)...]
        let isBracketed = host.hasPrefix("[") && host.hasSuffix("]") && host.count > 2
        if !isBracketed, host.contains(":") {
            throw .must("have an IPv6 address in brackets, as in [::1]:9001")
        }
        guard let number = Digits.integer(digits), let port = UInt16(exactly: number) else {
            throw .must("have a port from 1 to 65535 behind its last colon")
        }
        if isBracketed {
            let inner = String(host.dropFirst().dropLast())
            guard inner.contains(":"), let address = NameText.address(inner) else {
                throw .must("have an IPv6 address between the brackets")
            }
            return .socket(.ip(address, port: port))
        }
        if let address = NameText.address(String(host)) { return .socket(.ip(address, port: port)) }
        guard NameText.isHostName(host) else {
            throw .must("have a host name or an IP address before its last colon")
        }
        return .name(host.lowercased(), port: port)
    }

    /// Reads the path of a UNIX socket behind `unix:`; nil if the text is something else.
    static func unixPath(_ text: String, in context: ReadingContext) throws(Refusal) -> EndpointAddress? {
        guard text.hasPrefix("unix:") else { return nil }
        return .socket(.unix(path: try unixPath(path: String(text.dropFirst(5)), in: context)))
    }

    /// Reads the path of a UNIX socket; a relative one starts at the folder of the configuration file.
    static func unixPath(path: String, in context: ReadingContext) throws(Refusal) -> String {
        let path = context.resolve(try ScalarFormat<String>.text.parse(path))
        guard path.utf8.count <= SocketAddress.maximumPathBytes else {
            throw .must("be a path of at most \(SocketAddress.maximumPathBytes) bytes")
        }
        return path
    }
}

extension ScalarFormat where Value == EndpointAddress {
    /// Where an instance listens: a name or an IP address with a port, or a UNIX socket.
    static func instance(in context: ReadingContext) -> ScalarFormat {
        ScalarFormat { (text: String) throws(Refusal) in
            if let address = try EndpointAddress.unixPath(text, in: context) { return address }
            let address = try EndpointAddress.withPort(text)
            guard address.port != 0 else { throw .must("have a port from 1 to 65535 behind its last colon") }
            return address
        }
    }

    /// Where clients come in: an IP address with a port, a UNIX socket, or a socket that we were started with.
    static func listener(in context: ReadingContext) -> ScalarFormat {
        ScalarFormat { (text: String) throws(Refusal) in
            if let address = try EndpointAddress.unixPath(text, in: context) { return address }
            if text.hasPrefix("fd:") {
                guard let number = Digits.integer(text.dropFirst(3)), (3...65_535).contains(number) else {
                    throw .must("have a descriptor from 3 to 65535, as in fd:3")
                }
                return .descriptor(Int32(truncatingIfNeeded: number))
            }
            if text.hasPrefix("systemd:") {
                let name = text.dropFirst(8)
                guard (1...255).contains(name.utf8.count),
                    name.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7f && $0 != UInt8(ascii: ":") })
                else { throw .must("have the name of a socket unit's descriptor, as in systemd:https") }
                return .systemd(String(name))
            }
            if text.hasPrefix(":") && !text.dropFirst().contains(":") || text.hasPrefix("*:")
                || Digits.isDecimal(text[...])
            {
                throw .must("name an address: 0.0.0.0:PORT for IPv4, [::]:PORT for IPv6")
            }
            let address = try EndpointAddress.withPort(text)
            guard case .socket = address else {
                throw .must("have an IP address rather than a name, as in 0.0.0.0:8443")
            }
            return address
        }
    }
}

extension ScalarFormat where Value == SocketAddress {
    /// An IP address with a port; a bare address gets `defaultPort` if there is one.
    static func ip(defaultPort: UInt16? = nil) -> ScalarFormat {
        ScalarFormat { (text: String) throws(Refusal) in
            if let defaultPort, let address = NameText.address(text) {
                return .ip(address, port: defaultPort)
            }
            guard case .socket(let address) = try EndpointAddress.withPort(text) else {
                throw .must("have an IP address rather than a name")
            }
            return address
        }
    }
}

extension ScalarFormat where Value == IPPrefix {
    /// A range of addresses: `10.0.0.0/8`, `2001:db8::/32`, or one address.
    static var prefix: ScalarFormat {
        ScalarFormat { (text: String) throws(Refusal) in
            guard !text.utf8.contains(0), let prefix = IPPrefix(text) else {
                throw .must("be a range of addresses such as 10.0.0.0/8 or 2001:db8::/32")
            }
            return prefix
        }
    }
}

extension EndpointAddress {
    /// The port; nil for what has none.
    var port: UInt16? {
        switch self {
        case .socket(let address): address.port
        case .name(_, let port): port
        case .descriptor, .systemd: nil
        }
    }
}
