internal import Monitoring
internal import Runtime

/// What a worker is born with.
struct WorkerStart: Sendable {
    let index: Int
    let shared: SharedState
    let deployment: Deployment
    let monitoring: MonitoringSnapshot
    let accessLog: AccessLogWriter?
    let control: Mailbox<ControlMessage>
}
