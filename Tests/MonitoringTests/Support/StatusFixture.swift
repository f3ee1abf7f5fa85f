import Configuration
import Platform
import StatusFrames

@testable import Monitoring

/// A moment that many seconds after the beginning of a test.
func second(_ count: Double) -> MonotonicTime {
    MonotonicTime(nanoseconds: 1_000_000_000_000 + UInt64(count * 1_000_000_000))
}

/// Thresholds as a configuration would give them.
func thresholds(_ change: (inout ServiceConfiguration) -> Void = { _ in }) -> StatusSettings {
    var service = ServiceConfiguration(name: "portal")
    service.health.rise = 2
    service.health.fall = 3
    service.passive.connectFailures = 3
    service.passive.errorShare = 50
    service.passive.window = .seconds(10)
    service.passive.minimum = 20
    change(&service)
    return StatusSettings(service)
}

/// A probe failure like another.
let refused = ProbeFailure.connect(SystemError("connect", number: 111))

/// A status machine that expectations can talk to: what `#expect` takes apart it takes as constant.
@dynamicMemberLookup
final class Machine {
    private var machine: StatusMachine

    init(settings: StatusSettings, incarnation: UInt64 = 1, isSupervised: Bool = false) {
        machine = StatusMachine(settings: settings, incarnation: incarnation, isSupervised: isSupervised)
    }

    /// One that is running since second 1, in its first incarnation.
    static func running(_ settings: StatusSettings = thresholds()) -> Machine {
        let machine = Machine(settings: settings)
        for _ in 0..<settings.rise { machine.probeSucceeded(at: second(1)) }
        return machine
    }

    /// One that has fallen by its probes, after it was running.
    static func fallen(_ settings: StatusSettings = thresholds()) -> Machine {
        let machine = Machine.running(settings)
        for _ in 0..<settings.fall { machine.probeFailed(refused, at: second(2)) }
        return machine
    }

    subscript<Value>(dynamicMember path: KeyPath<StatusMachine, Value>) -> Value { machine[keyPath: path] }

    var settings: StatusSettings {
        get { machine.settings }
        set { machine.settings = newValue }
    }

    @discardableResult
    func probeSucceeded(at now: MonotonicTime) -> Bool { machine.probeSucceeded(at: now) }

    @discardableResult
    func probeFailed(_ failure: ProbeFailure, at now: MonotonicTime) -> Bool {
        machine.probeFailed(failure, at: now)
    }

    @discardableResult
    func nameUnresolved(at now: MonotonicTime) -> Bool { machine.nameUnresolved(at: now) }

    @discardableResult
    func addressChanged(at now: MonotonicTime) -> Bool { machine.addressChanged(at: now) }

    @discardableResult
    func note(_ report: PassiveReport, hasRunningPeer: Bool, at now: MonotonicTime) -> Bool {
        machine.note(report, hasRunningPeer: hasRunningPeer, at: now)
    }

    @discardableResult
    func note(_ report: ServiceReport, at now: MonotonicTime) -> Bool { machine.note(report, at: now) }

    @discardableResult
    func noteSilence(at now: MonotonicTime) -> Bool { machine.noteSilence(at: now) }

    @discardableResult
    func noteLoss(at now: MonotonicTime) -> Bool { machine.noteLoss(at: now) }

    @discardableResult
    func note(_ word: ProcessWord, at now: MonotonicTime) -> Bool { machine.note(word, at: now) }

    func hearItself() { machine.hearItself() }

    func setSupervised(_ isSupervised: Bool) { machine.setSupervised(isSupervised) }

    func says(_ text: String, at now: MonotonicTime) { machine.note(ServiceWord(text), at: now) }

    func isSilent(at now: MonotonicTime) { machine.noteOwnSilence(at: now) }
}
