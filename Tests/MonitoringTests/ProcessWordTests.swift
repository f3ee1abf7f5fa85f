import Affinity
import Balancing
import Monitoring
import Platform
import StatusFrames
import Testing

struct ProcessWordTests {
    @Test func `a process that announces its readiness is not running before it has`() {
        let machine = Machine(settings: thresholds())
        machine.note(.started(announcesReadiness: true), at: second(1))
        for step in 2..<9 { #expect(!machine.probeSucceeded(at: second(Double(step)))) }
        #expect(machine.note(.ready, at: second(9)))
        #expect(machine.status == .running)
        #expect(machine.runningSince == second(9))
        #expect(machine.history.last?.cause == .processReady)
    }

    @Test func `its readiness does not replace the probes`() {
        let machine = Machine(settings: thresholds())
        machine.note(.started(announcesReadiness: true), at: second(1))
        #expect(!machine.note(.ready, at: second(2)))
        #expect(machine.status == .starting)
        machine.probeSucceeded(at: second(3))
        #expect(machine.probeSucceeded(at: second(4)))
    }

    @Test func `the first start of an unknown instance is no news`() {
        let machine = Machine(settings: thresholds())
        #expect(!machine.note(.started(announcesReadiness: false), at: second(1)))
        #expect(machine.incarnation == 1)
        machine.probeSucceeded(at: second(2))
        #expect(machine.probeSucceeded(at: second(3)))
    }

    @Test func `an exit makes it not running at once`() {
        let machine = Machine.running()
        #expect(machine.note(.exited(), at: second(2)))
        #expect(machine.status == .notRunning)
        #expect(machine.history.last?.cause == .processExited(.none))
        #expect(!machine.note(.exited(), at: second(3)))
    }

    @Test func `a silent watchdog makes it not running at once`() {
        let machine = Machine.running()
        #expect(machine.note(.watchdogSilent, at: second(2)))
        #expect(machine.status == .notRunning)
        #expect(machine.history.last?.cause == .watchdogSilent)
    }

    @Test func `a start after an exit is another incarnation that must rise anew`() {
        let machine = Machine.running()
        machine.note(.exited(), at: second(2))
        #expect(machine.note(.started(announcesReadiness: false), at: second(3)))
        #expect(machine.status == .starting)
        #expect(machine.incarnation == 2)
        #expect(!machine.probeSucceeded(at: second(4)))
        #expect(machine.probeSucceeded(at: second(5)))
    }

    @Test func `a start behind our back is another incarnation too`() {
        let machine = Machine(settings: thresholds())
        machine.note(.started(announcesReadiness: false), at: second(1))
        machine.probeSucceeded(at: second(2))
        machine.probeSucceeded(at: second(3))
        #expect(machine.note(.started(announcesReadiness: false), at: second(4)))
        #expect(machine.status == .starting)
        #expect(machine.incarnation == 2)
    }

    @Test func `a restart keeps it starting, and the start that follows is not counted again`() {
        let machine = Machine.running()
        #expect(machine.note(.restarting(), at: second(2)))
        #expect(machine.status == .starting)
        #expect(machine.incarnation == 2)
        #expect(!machine.note(.started(announcesReadiness: false), at: second(3)))
        #expect(machine.incarnation == 2)
        machine.probeSucceeded(at: second(4))
        #expect(machine.probeSucceeded(at: second(5)))
        #expect(machine.status == .running)
    }

    @Test func `a restart that never comes to an end is found out by the probes`() {
        let machine = Machine.running()
        machine.note(.restarting(), at: second(2))
        for step in 3..<6 { machine.probeFailed(refused, at: second(Double(step))) }
        #expect(machine.status == .notRunning)
    }

    @Test func `an exit ends the wait for readiness`() {
        let machine = Machine(settings: thresholds())
        machine.note(.started(announcesReadiness: true), at: second(1))
        machine.note(.exited(), at: second(2))
        machine.probeSucceeded(at: second(3))
        #expect(machine.probeSucceeded(at: second(4)))
        #expect(machine.status == .running)
    }

    @Test func `a start ends the quarantine of an error share`() {
        let machine = Machine.running()
        var report = PassiveReport(instance: .init(rawValue: 1))
        for _ in 0..<20 { report.noteAnswer(status: 500) }
        machine.note(report, hasRunningPeer: true, at: second(2))
        machine.note(.started(announcesReadiness: false), at: second(3))
        machine.probeSucceeded(at: second(4))
        #expect(machine.probeSucceeded(at: second(5)))
    }
}
