internal import Platform

/// Puts the parts of a frame one behind the other.
struct FrameWriter {
    private(set) var bytes: [UInt8] = []

    mutating func add(_ value: UInt8) {
        bytes.append(value)
    }

    mutating func add<Number: FixedWidthInteger>(_ value: Number) {
        for shift in stride(from: Number.bitWidth - 8, through: 0, by: -8) {
            bytes.append(UInt8(truncatingIfNeeded: value >> shift))
        }
    }

    /// A text behind its length, cut between two characters if it is longer than `limit` bytes.
    mutating func add(_ text: String, limit: Int) {
        var kept = text[...]
        while kept.utf8.count > limit { kept.removeLast() }
        bytes.append(UInt8(kept.utf8.count))
        bytes += kept.utf8
    }

    mutating func add(_ report: ServiceReport) {
        add(report.phase.rawValue)
        let reason = report.reason.code
        add(reason.kind)
        add(reason.number)
        add(report.incarnation)
        add(report.process)
        add(report.since.nanoseconds)
        add(report.announcesReadiness ? 1 as UInt8 : 0)
        add(report.startDeadline.nanoseconds)
        add(report.identity, limit: ServiceReport.identityBytes)
        add(report.text, limit: ServiceReport.textBytes)
    }
}
