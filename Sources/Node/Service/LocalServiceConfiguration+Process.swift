internal import Configuration
internal import Platform

extension LocalServiceConfiguration {
    /// All that decides how its process is started, each text behind its length: two services whose bytes are the same
    /// are started alike.
    var processBytes: [UInt8] {
        var bytes: [UInt8] = []
        func add(_ text: String) {
            let utf8 = Array(text.utf8)
            bytes += bigEndian(UInt64(utf8.count))
            bytes += utf8
        }
        func add(_ texts: [String]) {
            bytes += bigEndian(UInt64(texts.count))
            for text in texts { add(text) }
        }
        add(run)
        for name in [user, group, directory] { add(name.map { [$0] } ?? []) }
        add(environment.sorted { $0.key < $1.key }.flatMap { [$0.key, $0.value] })
        for limit in [limits.descriptors, limits.memory, limits.processes, limits.coreFile] {
            add(limit.map { ["\($0)"] } ?? [])
        }
        // It finds that in its environment.
        add("\(watchdog.clampedNanoseconds)")
        return bytes
    }

    /// Whether a process that was started by `other` is as one would be that is started by this.
    func startsProcess(like other: LocalServiceConfiguration) -> Bool {
        processBytes == other.processBytes
    }

    private func bigEndian(_ number: UInt64) -> [UInt8] {
        (0..<8).map { UInt8(truncatingIfNeeded: number >> UInt64(56 - 8 * $0)) }
    }
}
