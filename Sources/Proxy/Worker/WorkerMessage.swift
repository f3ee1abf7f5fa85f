internal import Monitoring

/// What the control thread tells a worker.
enum WorkerMessage: Sendable {
    /// The configuration in force, a new one or the known one, and the statuses of its services. Together, because
    /// positions of services mean the same in both.
    case update(Deployment, MonitoringSnapshot)
    /// Accept no more, finish what is under way, then end.
    case drain
    /// End now.
    case stop

    /// Whether `earlier` need not be heard any more when this was said: of updates the newest counts, and what was ordered
    /// once is not ordered again. So no more than one of each kind waits for a worker, however long it is busy.
    func makesNeedless(_ earlier: WorkerMessage) -> Bool {
        switch (self, earlier) {
        case (.update, .update), (.drain, .drain), (.stop, _): true
        default: false
        }
    }
}

/// What a worker tells the control thread.
enum ControlMessage: Sendable {
    /// What exchanges have learned of an instance.
    case passive(PassiveReport)
    /// A worker accepts connections.
    case workerStarted
    /// A worker has ended: as it was told to, or for a reason of its own.
    case workerEnded(failure: GatewayError?)
}
