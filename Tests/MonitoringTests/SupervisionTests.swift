import Affinity
import Balancing
import Platform
import StatusFrames
import Testing

@testable import Monitoring

/// What becomes of an instance whose process a node manager answers for.
struct SupervisionTests {
    /// A machine whose process is supervised.
    private func supervised() -> Machine { Machine(settings: thresholds(), isSupervised: true) }

    /// A supervised machine that runs since second 3, in its first run.
    private func running() -> Machine {
        let machine = supervised()
        machine.note(report(.ready), at: second(1))
        machine.probeSucceeded(at: second(2))
        machine.probeSucceeded(at: second(3))
        return machine
    }

    private func report(
        _ phase: ServicePhase, _ reason: ServiceReason = .none, run: UInt64 = 1, announces: Bool = true,
        until deadline: Double = 30
    ) -> ServiceReport {
        var report = ServiceReport(identity: "portal-1@a", phase: phase, since: second(0))
        report.reason = reason
        report.incarnation = run
        report.announcesReadiness = announces
        report.startDeadline = second(deadline)
        return report
    }

    @Test func `without a word of the node manager no probe makes it running`() {
        let machine = supervised()
        for step in 1..<9 { #expect(!machine.probeSucceeded(at: second(Double(step)))) }
        #expect(machine.status == .starting)
        #expect(machine.note(report(.ready), at: second(9)) == false)
        machine.probeSucceeded(at: second(10))
        #expect(machine.probeSucceeded(at: second(11)))
    }

    @Test func `before the first word of the node manager failing probes are no news, for a while`() {
        let machine = supervised()
        for step in 1..<6 { #expect(!machine.probeFailed(refused, at: second(Double(step)))) }
        #expect(machine.status == .starting)
        for step in 6..<8 { machine.probeFailed(refused, at: second(Double(step))) }
        #expect(machine.probeFailed(refused, at: second(8)))
        #expect(machine.status == .notRunning)
    }

    @Test func `while it starts, failing probes are no news`() {
        let machine = supervised()
        machine.note(report(.starting), at: second(1))
        for step in 2..<29 { #expect(!machine.probeFailed(refused, at: second(Double(step)))) }
        #expect(machine.status == .starting)
        machine.note(report(.ready), at: second(29))
        machine.probeSucceeded(at: second(29))
        machine.probeSucceeded(at: second(29.5))
        #expect(machine.status == .running)
    }

    @Test func `failed connections wait for the word of the node manager, for a moment`() {
        var refusals = PassiveReport(instance: InstanceKey(rawValue: 1))
        for _ in 0..<9 { refusals.noteConnectFailure() }
        let machine = running()
        #expect(!machine.note(refusals, hasRunningPeer: true, at: second(4)))
        // The word comes: the process has ended, and is started again.
        machine.note(report(.restarting), at: second(4.02))
        #expect(machine.status == .starting)
        // The word does not come: the process is there, and can't be reached.
        let deaf = running()
        #expect(!deaf.note(refusals, hasRunningPeer: true, at: second(4)))
        #expect(!deaf.note(refusals, hasRunningPeer: true, at: second(4.1)))
        #expect(deaf.note(refusals, hasRunningPeer: true, at: second(4.3)))
        #expect(deaf.history.last?.cause == .connectFailures)
    }

    @Test func `who says that it is ready, and is not reached, is not running`() {
        let machine = supervised()
        machine.note(report(.starting), at: second(1))
        machine.note(report(.ready), at: second(2))
        for step in 3..<6 { machine.probeFailed(refused, at: second(Double(step))) }
        #expect(machine.status == .notRunning)
    }

    @Test func `who need not say so has until its deadline to be reached`() {
        let machine = supervised()
        machine.note(report(.ready, announces: false), at: second(1))
        for step in 2..<30 { machine.probeFailed(refused, at: second(Double(step))) }
        #expect(machine.status == .starting)
        for step in 30..<33 { machine.probeFailed(refused, at: second(Double(step))) }
        #expect(machine.status == .notRunning)
    }

    @Test func `who has once been reached has no such patience any more`() {
        let machine = supervised()
        machine.note(report(.ready, announces: false), at: second(1))
        machine.probeSucceeded(at: second(2))
        machine.probeSucceeded(at: second(3))
        machine.note(report(.ready, announces: false), at: second(4))
        for step in 4..<7 { machine.probeFailed(refused, at: second(Double(step))) }
        #expect(machine.status == .notRunning)
    }

    @Test func `an exit that is followed by a start keeps it starting, with cause and incarnation`() {
        let machine = running()
        #expect(machine.note(report(.restarting, .ended(.killed(9))), at: second(4)))
        #expect(machine.status == .starting)
        #expect(machine.incarnation == 2)
        #expect(machine.history.last?.cause == .processRestarting(.ended(.killed(9))))
        #expect(machine.history.last?.description == "running -> starting (process restarting: signal 9)")
        // Nobody is there yet: neither kind of probe says anything.
        for step in 5..<9 { machine.probeFailed(refused, at: second(Double(step))) }
        for step in 9..<12 { machine.probeSucceeded(at: second(Double(step))) }
        #expect(machine.status == .starting)
        machine.note(report(.ready, run: 2), at: second(12))
        #expect(machine.incarnation == 2)
        machine.probeSucceeded(at: second(13))
        #expect(machine.probeSucceeded(at: second(14)))
    }

    @Test func `an exit for good makes it not running, whoever answers at its address`() {
        let machine = running()
        #expect(machine.note(report(.ended, .addressTaken), at: second(4)))
        #expect(machine.history.last?.cause == .processExited(.addressTaken))
        for step in 5..<9 { #expect(!machine.probeSucceeded(at: second(Double(step)))) }
        #expect(machine.status == .notRunning)
        #expect(machine.note(report(.starting, run: 2), at: second(9)))
        #expect(machine.status == .starting)
    }

    @Test func `a silent watchdog makes it not running, its restart starting`() {
        let machine = running()
        machine.note(report(.watchdogSilent, .watchdog), at: second(4))
        #expect(machine.status == .notRunning)
        machine.note(report(.restarting, .watchdog), at: second(5))
        #expect(machine.status == .starting)
        #expect(machine.history.map(\.cause).suffix(2) == [.watchdogSilent, .processRestarting(.watchdog)])
    }

    @Test func `the same report twice changes nothing`() {
        for phase in ServicePhase.allCases {
            let machine = running()
            machine.note(report(phase, run: 2), at: second(4))
            #expect(!machine.note(report(phase, run: 2), at: second(5)), "\(phase)")
        }
    }

    @Test func `starts that fail one after the other are told of once`() {
        let machine = running()
        machine.note(report(.restarting, .ended(.exited(1))), at: second(4))
        for run: UInt64 in 2..<5 {
            #expect(!machine.note(report(.restarting, .cannotStart(2), run: run), at: second(5)))
        }
        #expect(machine.incarnation == 2)
    }

    @Test func `silence of the node manager makes it starting, then not running`() {
        let machine = running()
        #expect(machine.noteSilence(at: second(10)))
        #expect(machine.status == .starting)
        #expect(machine.incarnation == 1)
        machine.probeSucceeded(at: second(11))
        machine.probeSucceeded(at: second(12))
        #expect(machine.status == .starting)
        #expect(machine.noteLoss(at: second(20)))
        #expect(machine.status == .notRunning)
        #expect(machine.history.map(\.cause).suffix(2) == [.nodeManagerSilent, .nodeManagerLost])
        #expect(!machine.probeSucceeded(at: second(21)))
    }

    @Test func `when it is heard again, the same run goes on at once`() {
        let machine = running()
        machine.noteSilence(at: second(10))
        machine.probeSucceeded(at: second(11))
        machine.probeSucceeded(at: second(12))
        #expect(machine.note(report(.ready), at: second(13)))
        #expect(machine.status == .running)
        #expect(machine.incarnation == 1)
        #expect(machine.history.last?.cause == .nodeManagerHeard)
    }

    @Test func `when it is heard again after it was lost, the probes decide`() {
        let machine = running()
        machine.noteSilence(at: second(10))
        machine.noteLoss(at: second(20))
        machine.note(report(.ready), at: second(21))
        #expect(machine.status == .starting)
        #expect(machine.incarnation == 1)
        machine.probeSucceeded(at: second(22))
        #expect(machine.probeSucceeded(at: second(23)))
    }

    @Test func `another run after a silence is another incarnation`() {
        let machine = running()
        machine.noteSilence(at: second(10))
        machine.note(report(.ready, run: 2), at: second(11))
        #expect(machine.status == .starting)
        #expect(machine.incarnation == 2)
    }

    @Test func `silence says nothing of one that nobody supervises`() {
        let machine = Machine.running()
        #expect(!machine.noteSilence(at: second(10)))
        #expect(!machine.noteLoss(at: second(20)))
        #expect(!machine.note(report(.ended), at: second(21)))
        #expect(machine.status == .running)
    }
}
