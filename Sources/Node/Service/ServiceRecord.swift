internal import StatusFrames

/// What the node manager that comes next must know of a service, to take its process over.
struct ServiceRecord: Hashable, Sendable {
    /// The variable by which each process of a service is known: `directory:identity`.
    static let variable = "LIMPET_SERVICE"

    let identity: String
    /// Grows with each start.
    let incarnation: UInt64
    /// Its main process; 0 for none.
    let process: Int32
    /// When that began, in the kernel's ticks.
    let startTime: UInt64
    /// The group of its processes.
    let group: Int32
    /// Whether it is ready.
    let isReady: Bool
    /// By what settings its main process was started; nil where that is not known.
    let fingerprint: StartFingerprint?

    init(
        identity: String, incarnation: UInt64, process: Int32, startTime: UInt64, group: Int32, isReady: Bool,
        fingerprint: StartFingerprint?
    ) {
        self.identity = identity
        self.incarnation = incarnation
        self.process = process
        self.startTime = startTime
        self.group = group
        self.isReady = isReady
        self.fingerprint = fingerprint
    }

    /// Of a service as it is now.
    init(_ service: PlatformService) {
        self.init(
            identity: service.identity, incarnation: service.machine.report.incarnation,
            process: service.process, startTime: service.startTime, group: service.group,
            isReady: service.machine.state == .ready,
            fingerprint: service.process > 0 ? service.fingerprint : nil)
    }

    /// One line of the state file.
    var line: String {
        let end = fingerprint?.text ?? "-"
        return "\(identity) \(incarnation) \(process) \(startTime) \(group) \(isReady ? 1 : 0) \(end)\n"
    }

    /// From a line of the state file; nil for any other. A node manager that knew nothing of fingerprints wrote none.
    init?(line: Substring) {
        let parts = line.split(separator: " ", omittingEmptySubsequences: false)
        guard parts.count == 6 || parts.count == 7, let incarnation = UInt64(parts[1]),
            let process = Int32(parts[2]),
            let startTime = UInt64(parts[3]), let group = Int32(parts[4]), process >= 0, group >= 0
        else { return nil }
        self.init(
            identity: String(parts[0]), incarnation: incarnation, process: process, startTime: startTime,
            group: group, isReady: parts[5] == "1",
            fingerprint: parts.count == 7 ? StartFingerprint(text: parts[6]) : nil)
    }
}
