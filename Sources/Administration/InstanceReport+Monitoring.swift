internal import Monitoring

extension InstanceReport {
    /// What the service monitor knows, as an operator is told of it.
    init(_ status: InstanceStatus, pins: Int, clock: ClockPair) {
        service = status.service
        identity = status.identity
        address = status.address
        weight = UInt16(clamping: status.weight)
        self.status = status.status
        since = clock.milliseconds(at: status.since)
        cause = status.cause.map { "\($0)" } ?? ""
        incarnation = status.incarnation
        administrative = status.wish.state
        administrativeSince = clock.milliseconds(at: status.wish.since)
        isOperators = status.wish.origin == .operator
        drainDeadline = status.drainDeadline.map(clock.milliseconds)
        self.pins = UInt64(clamping: pins)
        process = status.process
        text = status.text
    }
}
