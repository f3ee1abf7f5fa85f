/// Values under server names: exact ones, and wild cards for the leftmost label (RFC 9525, section 6.3).
public struct ServerNameTable<Value> {
    private var exact: [[UInt8]: Value] = [:]
    /// Under the name without its `*`: `.example.org`.
    private var wildcards: [[UInt8]: Value] = [:]

    /// An empty table.
    public init() {}

    /// Enters a value under a name; the first one that is entered under a name stays.
    ///
    /// - Parameters:
    ///   - value: what ``match(_:)`` is to find.
    ///   - name: a DNS name, or one with `*` as its leftmost label.
    public mutating func insert(_ value: Value, name: [UInt8]) {
        let name = name.map(\.lowerCased)
        if name.starts(with: "*.".utf8) {
            wildcards[Array(name.dropFirst())] = wildcards[Array(name.dropFirst())] ?? value
        } else {
            exact[name] = exact[name] ?? value
        }
    }

    /// The value of the exact name, else of the wild card that covers it.
    ///
    /// - Parameter name: a name, in any case; a dot at its end doesn't count.
    /// - Returns: the value, or nil if no name covers it.
    public func match(_ name: Span<UInt8>) -> Value? {
        var key = [UInt8](capacity: name.count) { output in
            for index in name.indices { output.append(name[index].lowerCased) }
        }
        if key.last == UInt8(ascii: ".") { key.removeLast() }
        if let value = exact[key] { return value }
        guard !wildcards.isEmpty, let dot = key.firstIndex(of: UInt8(ascii: ".")), dot > 0 else { return nil }
        return wildcards[Array(key[dot...])]
    }
}

extension ServerNameTable: Sendable where Value: Sendable {}
