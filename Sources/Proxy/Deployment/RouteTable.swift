internal import Configuration

/// Finds the route of a request: the most specific host first (exact, wildcard, any), then the longest path.
///
/// Built once from the configuration; a look-up allocates nothing. Indices are positions in the configured list. An object, so
/// that a look-up counts one reference and not one for each of its parts.
final class RouteTable: Sendable {
    private struct Path: Sendable {
        let prefix: [UInt8]
        let route: Int
    }

    private struct Host: Sendable {
        let name: [UInt8]
        var paths: [Path] = []
    }

    private let exact: [UInt64: [Host]]
    private let wildcard: [UInt64: [Host]]
    private let any: Host

    /// The table of `routes`, whose hosts are in lower case.
    init(_ routes: [RouteConfiguration]) {
        var exact: [UInt64: [Host]] = [:]
        var wildcard: [UInt64: [Host]] = [:]
        var any = Host(name: [])
        for (index, route) in routes.enumerated() {
            let path = Path(prefix: Array(route.path.utf8), route: index)
            switch route.host {
            case .any: any.paths.append(path)
            case .exact(let name): Self.add(path, name, to: &exact)
            case .subdomains(let name): Self.add(path, name, to: &wildcard)
            }
        }
        Self.sort(&any)
        for key in exact.keys { exact[key]?.indices.forEach { Self.sort(&exact[key, default: []][$0]) } }
        for key in wildcard.keys {
            wildcard[key]?.indices.forEach { Self.sort(&wildcard[key, default: []][$0]) }
        }
        self.exact = exact
        self.wildcard = wildcard
        self.any = any
    }

    /// The index of the route for `host` (without a port, in any case) and `path` (with or without a query).
    func route(host: Span<UInt8>, path: Span<UInt8>) -> Int? {
        // A name that ends with the root of all names is the same name (RFC 1034 section 3.1).
        let isAbsolute = host.count > 1 && host[host.count - 1] == UInt8(ascii: ".")
        let host = isAbsolute ? host.extracting(first: host.count - 1) : host
        if !exact.isEmpty, let host = Self.find(host, in: exact), let route = Self.match(path, host) {
            return route
        }
        if !wildcard.isEmpty {
            // Each label that is cut off makes the wildcard less specific: the longest remainder wins.
            for index in host.indices where host[index] == UInt8(ascii: ".") {
                let domain = host.extracting((index + 1)...)
                if let found = Self.find(domain, in: wildcard), let route = Self.match(path, found) {
                    return route
                }
            }
        }
        return Self.match(path, any)
    }

    /// The one service index that all paths of some hosts lead to, if there is only one; `service` maps routes. Hosts that
    /// lead nowhere don't count.
    func soleService(hosts: [[UInt8]], service: (Int) -> Int?) -> Int? {
        var services: Set<Int?> = []
        for host in hosts.flatMap({ [$0] + exactHosts(under: $0) }) {
            for level in levels(host.span) {
                services.formUnion(level.paths.map { service($0.route) })
                // A root path hides everything that is less specific.
                if level.paths.contains(where: { $0.prefix == [UInt8(ascii: "/")] }) { break }
            }
        }
        return services.count == 1 ? services.first ?? nil : nil
    }

    /// The exact hosts that a name with a wildcard for its first label covers.
    private func exactHosts(under name: [UInt8]) -> [[UInt8]] {
        guard name.starts(with: "*.".utf8) else { return [] }
        let domain = name.dropFirst().map(Self.lowered)
        return exact.values.joined().map(\.name).filter { host in
            host.firstIndex(of: UInt8(ascii: ".")).map { host[$0...].elementsEqual(domain) } ?? false
        }
    }

    /// What a host is looked up in, the most specific first.
    private func levels(_ host: Span<UInt8>) -> [Host] {
        var levels: [Host] = []
        if let found = Self.find(host, in: exact) { levels.append(found) }
        for index in host.indices where host[index] == UInt8(ascii: ".") {
            if let found = Self.find(host.extracting((index + 1)...), in: wildcard) { levels.append(found) }
        }
        levels.append(any)
        return levels
    }

    private static func add(_ path: Path, _ name: String, to hosts: inout [UInt64: [Host]]) {
        let bytes = Array(name.utf8)
        let key = hash(bytes.span)
        var bucket = hosts[key, default: []]
        if let index = bucket.firstIndex(where: { $0.name == bytes }) {
            bucket[index].paths.append(path)
        } else {
            bucket.append(Host(name: bytes, paths: [path]))
        }
        hosts[key] = bucket
    }

    private static func sort(_ host: inout Host) {
        host.paths.sort { ($1.prefix.count, $0.route) < ($0.prefix.count, $1.route) }
    }

    private static func find(_ name: Span<UInt8>, in hosts: [UInt64: [Host]]) -> Host? {
        guard let bucket = hosts[hash(name)] else { return nil }
        for host in bucket where equalIgnoringCase(name, host.name.span) { return host }
        return nil
    }

    private static func match(_ path: Span<UInt8>, _ host: Host) -> Int? {
        for candidate in host.paths where covers(candidate.prefix.span, path) { return candidate.route }
        return nil
    }

    /// Whether `prefix` covers `path` on the border of a segment: `/a` covers `/a`, `/a/b` and `/a?q`, not `/ab`. What is no
    /// path, the `*` of OPTIONS or nothing at all, is for the root.
    private static func covers(_ prefix: Span<UInt8>, _ path: Span<UInt8>) -> Bool {
        guard path.count > 0, path[0] == UInt8(ascii: "/") else { return prefix.count == 1 }
        guard path.count >= prefix.count else { return false }
        for index in prefix.indices where prefix[index] != path[index] { return false }
        if path.count == prefix.count || prefix.count == 0 { return true }
        if prefix[prefix.count - 1] == UInt8(ascii: "/") { return true }
        let next = path[prefix.count]
        return next == UInt8(ascii: "/") || next == UInt8(ascii: "?")
    }

    /// FNV-1a over the name in lower case. A collision costs a comparison, nothing more.
    private static func hash(_ name: Span<UInt8>) -> UInt64 {
        var hash: UInt64 = 0xcbf2_9ce4_8422_2325
        for index in name.indices {
            hash = (hash ^ UInt64(lowered(name[index]))) &* 0x100_0000_01b3
        }
        return hash
    }

    private static func equalIgnoringCase(_ left: Span<UInt8>, _ right: Span<UInt8>) -> Bool {
        guard left.count == right.count else { return false }
        for index in left.indices where lowered(left[index]) != right[index] { return false }
        return true
    }

    private static func lowered(_ byte: UInt8) -> UInt8 {
        byte >= 0x41 && byte <= 0x5a ? byte | 0x20 : byte
    }
}
