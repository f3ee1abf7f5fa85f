extension ScalarFormat where Value == String {
    /// The name of a node or service: 1 to 63 letters, digits, dots, hyphens and underscores.
    static var name: ScalarFormat {
        ScalarFormat { (text: String) throws(Refusal) in
            guard NameText.isName(text[...]) else {
                throw .must("be 1 to 63 letters, digits, dots, hyphens or underscores")
            }
            return text
        }
    }

    /// The name of a network interface, as the kernel allows it, in ASCII: 1 to 15 characters, no slash, colon or space.
    static var interface: ScalarFormat {
        ScalarFormat { (text: String) throws(Refusal) in
            guard (1...15).contains(text.utf8.count), text != ".", text != "..",
                text.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7f && $0 != 0x2f && $0 != 0x3a })
            else { throw .must("be the name of an interface, such as eth0") }
            return text
        }
    }

    /// A service identity: `name@node`.
    static var identity: ScalarFormat {
        ScalarFormat { (text: String) throws(Refusal) in
            let parts = text.split(separator: "@", omittingEmptySubsequences: false)
            guard parts.count > 1 else { throw .must("name its node, as in portal-1@a") }
            guard parts.count == 2, parts.allSatisfy(NameText.isName) else {
                throw .must("be name@node, both of 1 to 63 letters, digits, dots, hyphens or underscores")
            }
            return text
        }
    }

    /// A token (RFC 9110 section 5.6.2).
    static var token: ScalarFormat {
        ScalarFormat { (text: String) throws(Refusal) in
            guard NameText.isToken(text), text.utf8.count <= 128 else {
                throw .must("be 1 to 128 letters, digits or any of !#$%&'*+-.^_`|~")
            }
            return text
        }
    }

    /// A DNS name, `*.` in front for a wildcard, or an IP address; in lower case.
    static var certificateName: ScalarFormat {
        ScalarFormat { (text: String) throws(Refusal) in
            let name = text.lowercased()
            if NameText.isAddress(name)
                || NameText.isHostName(name.hasPrefix("*.") ? name.dropFirst(2) : name[...])
            {
                return name
            }
            throw .must("be a DNS name, such as www.example.com or *.example.com, or an IP address")
        }
    }

    /// A DNS name, in lower case.
    static var hostName: ScalarFormat {
        ScalarFormat { (text: String) throws(Refusal) in
            guard NameText.isHostName(text[...]) else { throw .must("be a DNS name") }
            return text.lowercased()
        }
    }

    /// The name that a certificate has to bear: a DNS name or an IP address, in lower case.
    static var expectedName: ScalarFormat {
        ScalarFormat { (text: String) throws(Refusal) in
            guard NameText.isHostName(text[...]) || NameText.isAddress(text) else {
                throw .must("be a DNS name or an IP address")
            }
            return text.lowercased()
        }
    }

    /// The target of a probe: a path, perhaps with a query.

    static var target: ScalarFormat {
        ScalarFormat { (text: String) throws(Refusal) in
            guard text.hasPrefix("/"), text.utf8.count <= 2048,
                text.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7f && $0 != UInt8(ascii: "#") })
            else { throw .must("be a path that begins with / and has no spaces") }
            return text
        }
    }

    /// The path of a route, without a slash at its end.
    static var routePath: ScalarFormat {
        target.map { (path) throws(Refusal) in
            guard !path.contains("?") else { throw .must("be a path without a query") }
            let segments = path.split(separator: "/", omittingEmptySubsequences: true)
            guard !segments.contains("."), !segments.contains(".."), !path.contains("//") else {
                throw .must("be a path without //, . and ..")
            }
            return path.count > 1 && path.hasSuffix("/") ? String(path.dropLast()) : path
        }
    }

    /// The host of a probe: a DNS name or an address, perhaps with a port.
    static var authority: ScalarFormat {
        ScalarFormat { (text: String) throws(Refusal) in
            if NameText.isHostName(text[...]) || NameText.isAddress(text) { return text }
            if text.hasPrefix("["), text.hasSuffix("]"),
                NameText.isAddress(String(text.dropFirst().dropLast()))
            {
                return text
            }
            guard (try? EndpointAddress.withPort(text)) != nil else {
                throw .must("be a host name or an address, perhaps with a port")
            }
            return text
        }
    }

    /// A list in OpenSSL's notation: words with colons between them.
    static var cryptographyList: ScalarFormat {
        ScalarFormat { (text: String) throws(Refusal) in
            let extra = Array(":!+-@=_., /?*".utf8)
            guard !text.isEmpty, text.utf8.count <= 2048,
                text.utf8.allSatisfy({ NameText.isLetterOrDigit($0) || extra.contains($0) })
            else { throw .must("be names with colons between them") }
            return text
        }
    }
}

extension ScalarFormat where Value == RouteConfiguration.Host {
    /// `*`, `*.example.com`, a name or an address, without a port.
    static var routeHost: ScalarFormat {
        ScalarFormat { (text: String) throws(Refusal) in
            let host = text.lowercased()
            if host == "*" { return .any }
            if host.hasPrefix("*.") {
                let domain = host.dropFirst(2)
                guard NameText.isHostName(domain) else { throw .must("be *, *.example.com or a host name") }
                return .subdomains(of: String(domain))
            }
            if NameText.isHostName(host[...]) || NameText.isAddress(host), !host.contains(":") {
                return .exact(host)
            }
            if host.hasPrefix("["), host.hasSuffix("]"),
                NameText.isAddress(String(host.dropFirst().dropLast()))
            {
                return .exact(host)
            }
            guard (try? EndpointAddress.withPort(host)) == nil else {
                throw .must("be a host without a port")
            }
            guard host.utf8.allSatisfy({ $0 < 0x80 }) else {
                throw .must("be in its ASCII form (xn--…)")
            }
            throw .must("be *, *.example.com, a host name or an address")
        }
    }
}
