/// Values under server names: exact ones, and wild cards for the leftmost label (RFC 9525, section 6.3).
///
/// Requests are looked up, too, with the host that they name: nothing is copied for that.
public struct ServerNameTable<Value> {
    fileprivate struct Entry {
        /// In lower case.
        let name: [UInt8]
        let value: Value
    }

    /// In the order of `compare`.
    private var exact: [Entry] = []
    /// The same, under the name without its `*`: `.example.org`.
    private var wildcards: [Entry] = []

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
            Self.insert(Entry(name: Array(name.dropFirst()), value: value), into: &wildcards)
        } else {
            Self.insert(Entry(name: name, value: value), into: &exact)
        }
    }

    /// The value of the exact name, else of the wild card that covers it.
    ///
    /// - Parameter name: a name, in any case; a dot at its end doesn't count.
    /// - Returns: the value, or nil if no name covers it.
    public func match(_ name: Span<UInt8>) -> Value? {
        let isAbsolute = name.count > 0 && name[name.count - 1] == UInt8(ascii: ".")
        let name = name.extracting(0..<(isAbsolute ? name.count - 1 : name.count))
        if let value = Self.find(name, in: exact) { return value }
        guard !wildcards.isEmpty else { return nil }
        var dot = 0
        while dot < name.count, name[dot] != UInt8(ascii: ".") { dot += 1 }
        guard dot > 0, dot < name.count else { return nil }
        return Self.find(name.extracting(dot..<name.count), in: wildcards)
    }

    private static func insert(_ entry: Entry, into entries: inout [Entry]) {
        let place = place(of: entry.name.span, in: entries)
        guard place == entries.count || compare(entry.name.span, entries[place].name) != 0 else { return }
        entries.insert(entry, at: place)
    }

    private static func find(_ name: Span<UInt8>, in entries: [Entry]) -> Value? {
        let place = place(of: name, in: entries)
        guard place < entries.count, compare(name, entries[place].name) == 0 else { return nil }
        return entries[place].value
    }

    /// The first entry that does not come before `name`.
    private static func place(of name: Span<UInt8>, in entries: [Entry]) -> Int {
        var (low, high) = (0, entries.count)
        while low < high {
            let middle = low + (high - low) / 2
            if compare(name, entries[middle].name) > 0 { low = middle + 1 } else { high = middle }
        }
        return low
    }

    /// Below, at or above zero, as `name`, in any case, comes before, is or comes behind `entry`: shorter ones come first.
    private static func compare(_ name: Span<UInt8>, _ entry: [UInt8]) -> Int {
        guard name.count == entry.count else { return name.count - entry.count }
        for index in name.indices {
            let byte = name[index].lowerCased
            if byte != entry[index] { return Int(byte) - Int(entry[index]) }
        }
        return 0
    }
}

extension ServerNameTable: Sendable where Value: Sendable {}

extension ServerNameTable.Entry: Sendable where Value: Sendable {}
