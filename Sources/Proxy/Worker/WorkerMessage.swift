internal import Monitoring

/// What the control thread tells a worker.
enum WorkerMessage: Sendable {
    /// A new configuration, with the statuses of its services.
    case deploy(Deployment, MonitoringSnapshot)
    /// New statuses.
    case status(MonitoringSnapshot)
    /// Accept no more, finish what is under way, then end.
    case drain
    /// End now.
    case stop
}

/// What a worker tells the control thread.
enum ControlMessage: Sendable {
    /// What exchanges have learned of an instance.
    case passive(PassiveReport)
    /// A worker has ended.
    case workerEnded(Int)
}
