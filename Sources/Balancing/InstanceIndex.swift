internal import Affinity

/// Finds the position of an instance by its key: open addressing, at least half of it empty.
struct InstanceIndex: Sendable {
    // Positions plus one; zero is empty.
    private let slots: [UInt16]
    private let keys: [InstanceKey]

    /// An index of different keys, fewer than 65,535.
    init(_ keys: [InstanceKey]) {
        var size = 4
        while size < keys.count * 2 { size *= 2 }
        var slots = [UInt16](repeating: 0, count: size)
        for (position, key) in keys.enumerated() {
            var slot = Self.home(of: key, size)
            while slots[slot] != 0 { slot = (slot + 1) & (size - 1) }
            slots[slot] = UInt16(truncatingIfNeeded: position + 1)
        }
        self.slots = slots
        self.keys = keys
    }

    /// The position of a key; nil if it is not there.
    func position(of key: InstanceKey) -> Int? {
        var slot = Self.home(of: key, slots.count)
        while slots[slot] != 0 {
            let position = Int(slots[slot]) - 1
            if keys[position] == key { return position }
            slot = (slot + 1) & (slots.count - 1)
        }
        return nil
    }

    private static func home(of key: InstanceKey, _ size: Int) -> Int {
        Int(truncatingIfNeeded: mixed(key.rawValue)) & (size - 1)
    }
}
