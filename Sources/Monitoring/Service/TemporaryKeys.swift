internal import Affinity

extension ServiceKey {
    init(name: String) { self.init(rawValue: temporaryKey(name)) }
}

extension InstanceKey {
    init(identity: String) { self.init(rawValue: temporaryKey(identity)) }
}

private func temporaryKey(_ name: String) -> UInt64 {
    var value: UInt64 = 0xcbf2_9ce4_8422_2325
    for byte in name.utf8 { value = (value ^ UInt64(byte)) &* 0x100_0000_01b3 }
    return max(1, value)
}
