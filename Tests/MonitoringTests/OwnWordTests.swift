import Balancing
import Platform
import StatusFrames
import Testing

@testable import Monitoring

/// What becomes of an instance that nobody here starts, and that says itself how it is.
struct OwnWordTests {
    /// One that may speak.
    private func speaking() -> Machine {
        let machine = Machine(settings: thresholds())
        machine.hearItself()
        return machine
    }

    /// One that may speak, and runs since second 2.
    private func running() -> Machine {
        let machine = speaking()
        machine.probeSucceeded(at: second(1))
        machine.probeSucceeded(at: second(2))
        return machine
    }

    @Test func `until it speaks the probes decide alone`() {
        let machine = running()
        #expect(machine.status == .running)
        for step in 3..<6 { machine.probeFailed(refused, at: second(Double(step))) }
        #expect(machine.status == .notRunning)
        machine.probeSucceeded(at: second(6))
        machine.probeSucceeded(at: second(7))
        #expect(machine.status == .running)
    }

    @Test func `when it stops it is not running, and no probe helps until it is ready`() {
        let machine = running()
        machine.says("STOPPING=1", at: second(3))
        #expect(machine.status == .notRunning)
        #expect(machine.history.last?.cause == .processExited(.stopping))
        for step in 4..<9 { #expect(!machine.probeSucceeded(at: second(Double(step)))) }
        machine.says("WATCHDOG=1", at: second(9))
        #expect(machine.status == .notRunning)
        let incarnation = machine.incarnation
        machine.says("READY=1", at: second(10))
        #expect(machine.status == .starting && machine.incarnation == incarnation + 1)
        machine.probeSucceeded(at: second(11))
        machine.probeSucceeded(at: second(12))
        #expect(machine.status == .running)
    }

    @Test func `readiness said twice, a status or a reload change nothing`() {
        let machine = running()
        let count = machine.changeCount
        for text in ["READY=1", "READY=1", "STATUS=busy", "RELOADING=1", "WATCHDOG=1", "", "nonsense"] {
            machine.says(text, at: second(3))
        }
        #expect(machine.changeCount == count)
    }

    @Test func `its silent watchdog makes it not running, any sign of life brings it back`() {
        let machine = running()
        machine.isSilent(at: second(3))
        #expect(machine.status == .notRunning && machine.history.last?.cause == .watchdogSilent)
        #expect(!machine.probeSucceeded(at: second(4)))
        machine.says("WATCHDOG=1", at: second(5))
        machine.probeSucceeded(at: second(6))
        machine.probeSucceeded(at: second(7))
        #expect(machine.status == .running)
        machine.says("WATCHDOG=trigger", at: second(8))
        #expect(machine.status == .notRunning)
    }

    @Test func `the silence of a node manager is nothing to it`() {
        let machine = running()
        #expect(!machine.noteSilence(at: second(3)))
        #expect(!machine.noteLoss(at: second(4)))
        #expect(machine.status == .running)
    }

    @Test func `when it may not speak any more, the probes decide again`() {
        let machine = running()
        machine.says("STOPPING=1", at: second(3))
        machine.setSupervised(false)
        machine.probeSucceeded(at: second(4))
        machine.probeSucceeded(at: second(5))
        #expect(machine.status == .running)
        machine.says("STOPPING=1", at: second(6))
        #expect(machine.status == .running)
    }
}
