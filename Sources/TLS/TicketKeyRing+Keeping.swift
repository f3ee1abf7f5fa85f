public import Platform

extension TicketKeyRing {
    private static let formatVersion: UInt8 = 1
    private static let recordBytes = 16 + TicketKey.materialBytes

    /// All keys, for a ring that comes after this one: a version, then for each its two moments (8 bytes each, highest
    /// first) and its secrets.
    public func snapshot() -> SecretBytes {
        let keys = presentKeys()
        var bytes: [UInt8] = [Self.formatVersion]
        bytes.reserveCapacity(1 + keys.count * Self.recordBytes)
        for key in keys {
            for moment in [key.notBefore, key.retirement] {
                for shift in stride(from: 56, through: 0, by: -8) {
                    bytes.append(UInt8(truncatingIfNeeded: moment.seconds >> UInt64(shift)))
                }
            }
            key.append(to: &bytes)
        }
        defer { unsafe bytes.withUnsafeMutableBytes { unsafe SecretBytes.wipe($0) } }
        return SecretBytes(copying: bytes.span)
    }

    /// Puts the keys of a snapshot in the place of those that there are; those that have retired stay behind.
    ///
    /// - Returns: how many keys there are of it; 0 if it is none, or too old: then nothing changes.
    public func restore(_ snapshot: Span<UInt8>, now: WallTime = .now) -> Int {
        guard snapshot.count > 0, snapshot[0] == Self.formatVersion,
            (snapshot.count - 1) % Self.recordBytes == 0
        else { return 0 }
        let count = (snapshot.count - 1) / Self.recordBytes
        guard count <= Self.keptKeysLimit + 2 else { return 0 }
        var restored: [TicketKey] = []
        for index in 0..<count {
            let start = 1 + index * Self.recordBytes
            let notBefore = Self.moment(snapshot, at: start)
            let retirement = Self.moment(snapshot, at: start + 8)
            // A key that begins later than the next one should is of a clock that has been set back since.
            guard retirement > now, notBefore.seconds <= now.seconds &+ rotationSeconds,
                let key = TicketKey(
                    notBefore: notBefore, retirement: retirement,
                    material: snapshot.extracting((start + 16)..<(start + Self.recordBytes)))
            else { continue }
            restored.append(key)
        }
        guard !restored.isEmpty else { return 0 }
        replaceKeys(by: restored.sorted { $0.notBefore < $1.notBefore })
        return restored.count
    }

    private static func moment(_ bytes: Span<UInt8>, at start: Int) -> WallTime {
        var seconds: UInt64 = 0
        for index in start..<(start + 8) { seconds = seconds << 8 | UInt64(bytes[index]) }
        return WallTime(seconds: seconds)
    }
}
