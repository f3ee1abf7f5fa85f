internal import Framing
internal import Platform

extension FrameWriter {
    /// What a manager says of a service.
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
