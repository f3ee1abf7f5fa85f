internal import Affinity
internal import Monitoring

/// What the exchanges of one worker have learned of an instance since the control thread was last told.
final class InstanceReport {
    var passive: PassiveReport

    /// Nothing yet, of that instance.
    init(_ instance: InstanceKey) {
        passive = PassiveReport(instance: instance)
    }
}
