internal import Framing
internal import Platform

extension FrameReader {
    /// What a manager says of a service.
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
