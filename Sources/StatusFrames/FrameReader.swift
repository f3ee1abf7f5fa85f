internal import Platform

/// Takes the parts of a frame one after the other.
struct FrameReader {
    private var rest: ArraySlice<UInt8>

    init(_ bytes: ArraySlice<UInt8>) {
        rest = bytes
    }

    mutating func byte() throws(FrameError) -> UInt8 {
        guard let first = rest.popFirst() else { throw .content }
        return first
    }

    mutating func number<Number: FixedWidthInteger>() throws(FrameError) -> Number {
        guard rest.count >= Number.bitWidth / 8 else { throw .content }
        var value: Number = 0
        for byte in rest.prefix(Number.bitWidth / 8) { value = value << 8 | Number(truncatingIfNeeded: byte) }
        rest = rest.dropFirst(Number.bitWidth / 8)
        return value
    }

    mutating func text() throws(FrameError) -> String {
        let count = Int(try byte())
        guard rest.count >= count, let text = String(validating: rest.prefix(count), as: UTF8.self) else {
            throw .content
        }
        rest = rest.dropFirst(count)
        return text
    }

    mutating func report() throws(FrameError) -> ServiceReport {
        guard let phase = ServicePhase(rawValue: try byte()) else { throw .content }
        let kind = try byte()
        let reason = ServiceReason(kind: kind, number: try number()) ?? .none
        let incarnation: UInt64 = try number()
        let process: Int32 = try number()
        let since = MonotonicTime(nanoseconds: try number())
        let announces = try byte() != 0
        let deadline = MonotonicTime(nanoseconds: try number())
        var report = ServiceReport(identity: try text(), phase: phase, since: since)
        report.reason = reason
        report.incarnation = incarnation
        report.process = process
        report.announcesReadiness = announces
        report.startDeadline = deadline
        report.text = try text()
        return report
    }
}
