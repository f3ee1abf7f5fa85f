import Affinity
import Balancing
import Configuration
import Platform
import Testing

@testable import Monitoring
@testable import TLS

struct PassiveSignalTests {
    private func report(
        connectFailures: Int = 0, resets: Int = 0, errors: Int = 0, successes: Int = 0, thenFailures: Int = 0
    ) -> PassiveReport {
        var report = PassiveReport(instance: InstanceKey(rawValue: 1))
        for _ in 0..<connectFailures { report.noteConnectFailure() }
        for _ in 0..<resets { report.noteReset() }
        for _ in 0..<errors { report.noteAnswer(status: 503) }
        for _ in 0..<successes { report.noteAnswer(status: 200) }
        for _ in 0..<thenFailures { report.noteConnectFailure() }
        return report
    }

    @Test func `connections that fail in a row make it not running sooner than its probes`() {
        let machine = Machine.running()
        #expect(machine.note(report(connectFailures: 3), hasRunningPeer: true, at: second(2)))
        #expect(machine.status == .notRunning)
        #expect(machine.history.last?.cause == .connectFailures)
    }

    @Test func `a verdict of TLS makes it not running at once, however well its probes do`() {
        let machine = Machine.running()
        var report = PassiveReport(instance: InstanceKey(rawValue: 1))
        let failure = TLSFailure(.badCertificate)
        report.noteVerdict(failure)
        #expect(machine.note(report, hasRunningPeer: false, at: second(2)))
        #expect(machine.status == .notRunning)
        #expect(machine.history.last?.cause == .untrusted(failure))
        machine.probeSucceeded(at: second(3))
        #expect(machine.status == .notRunning)
        machine.probeSucceeded(at: second(1000))
        #expect(machine.status != .notRunning)
    }

    @Test func `the row goes on over reports of several workers`() {
        let machine = Machine.running()
        #expect(!machine.note(report(connectFailures: 1), hasRunningPeer: true, at: second(2)))
        #expect(!machine.note(report(connectFailures: 1), hasRunningPeer: true, at: second(2)))
        #expect(machine.note(report(connectFailures: 1), hasRunningPeer: true, at: second(2)))
    }

    @Test func `an answer ends the row`() {
        let machine = Machine.running()
        machine.note(report(connectFailures: 2), hasRunningPeer: true, at: second(2))
        machine.note(report(connectFailures: 2, successes: 1), hasRunningPeer: true, at: second(3))
        machine.note(report(connectFailures: 2), hasRunningPeer: true, at: second(4))
        #expect(machine.status == .running)
    }

    @Test func `failures after the last answer of a report count`() {
        let machine = Machine.running()
        #expect(
            !machine.note(
                report(connectFailures: 9, successes: 1, thenFailures: 2), hasRunningPeer: true, at: second(2)
            ))
        #expect(machine.note(report(connectFailures: 1), hasRunningPeer: true, at: second(3)))
    }

    @Test func `a probe's success ends the row`() {
        let machine = Machine.running()
        machine.note(report(connectFailures: 2), hasRunningPeer: true, at: second(2))
        machine.probeSucceeded(at: second(3))
        machine.note(report(connectFailures: 2), hasRunningPeer: true, at: second(4))
        #expect(machine.status == .running)
    }

    @Test func `resets in a row are a cause of their own`() {
        let machine = Machine.running()
        #expect(machine.note(report(resets: 3), hasRunningPeer: true, at: second(2)))
        #expect(machine.history.last?.cause == .resets)
    }

    @Test func `connect failures do it even for the last running instance`() {
        let machine = Machine.running()
        #expect(machine.note(report(connectFailures: 3), hasRunningPeer: false, at: second(2)))
    }

    @Test func `with a limit of zero connect failures change nothing`() {
        let machine = Machine.running(thresholds { $0.passive.connectFailures = 0 })
        machine.note(report(connectFailures: 100), hasRunningPeer: true, at: second(2))
        #expect(machine.status == .running)
    }

    @Test func `too large a share of errors makes it not running`() {
        let machine = Machine.running()
        #expect(!machine.note(report(errors: 9, successes: 11), hasRunningPeer: true, at: second(2)))
        #expect(machine.note(report(errors: 2), hasRunningPeer: true, at: second(3)))
        #expect(machine.history.last?.cause == .errorShare)
    }

    @Test func `resets belong to the share of errors`() {
        let machine = Machine.running(thresholds { $0.passive.connectFailures = 0 })
        #expect(!machine.note(report(resets: 9, successes: 10), hasRunningPeer: true, at: second(2)))
        #expect(machine.note(report(resets: 1), hasRunningPeer: true, at: second(3)))
        #expect(machine.history.last?.cause == .errorShare)
    }

    @Test func `fewer answers than the minimum are not judged`() {
        let machine = Machine.running()
        #expect(!machine.note(report(errors: 19), hasRunningPeer: true, at: second(2)))
        #expect(machine.note(report(errors: 1), hasRunningPeer: true, at: second(2)))
    }

    @Test func `answers older than the window are forgotten`() {
        let machine = Machine.running()
        machine.note(report(errors: 19), hasRunningPeer: true, at: second(2))
        #expect(!machine.note(report(errors: 1), hasRunningPeer: true, at: second(12)))
        #expect(machine.status == .running)
    }

    @Test func `the share of the last running instance changes nothing`() {
        let machine = Machine.running()
        #expect(!machine.note(report(errors: 1000), hasRunningPeer: false, at: second(2)))
        #expect(machine.note(report(errors: 1), hasRunningPeer: true, at: second(3)))
    }

    @Test func `with a share of zero errors change nothing`() {
        let machine = Machine.running(thresholds { $0.passive.errorShare = 0 })
        #expect(!machine.note(report(errors: 1000), hasRunningPeer: true, at: second(2)))
    }

    @Test(arguments: [100, 399, 404, 429, 499, 600, 999])
    func `a status outside of 500 to 599 is no error`(status: Int) {
        var report = PassiveReport(instance: InstanceKey(rawValue: 1))
        report.noteAnswer(status: status)
        #expect(report.answers == 1)
        #expect(report.serverErrors == 0)
    }

    @Test func `what is on its way up is judged by its probes alone`() {
        let starting = Machine(settings: thresholds())
        #expect(!starting.note(report(connectFailures: 100), hasRunningPeer: true, at: second(2)))
        #expect(starting.status == .starting)
        let fallen = Machine.fallen()
        #expect(!fallen.note(report(connectFailures: 100), hasRunningPeer: true, at: second(3)))
        fallen.probeSucceeded(at: second(4))
        fallen.probeSucceeded(at: second(5))
        #expect(fallen.status == .running)
        #expect(!fallen.note(report(connectFailures: 1), hasRunningPeer: true, at: second(6)))
    }

    @Test func `after connect failures the probes bring it back without delay`() {
        let machine = Machine.running()
        machine.note(report(connectFailures: 3), hasRunningPeer: true, at: second(2))
        machine.probeSucceeded(at: second(2.1))
        #expect(machine.status == .starting)
    }

    @Test func `after a share of errors successful probes do not count for a window`() {
        let machine = Machine.running()
        machine.note(report(errors: 20), hasRunningPeer: true, at: second(2))
        for step in 3..<12 { #expect(!machine.probeSucceeded(at: second(Double(step)))) }
        #expect(machine.probeSucceeded(at: second(12)))
        #expect(machine.status == .starting)
    }

    @Test func `a relapse keeps it away for twice as long each time, up to the longest quarantine`() {
        let machine = Machine.running()
        var now = 2.0
        for away in [10.0, 20, 40, 80, 160, 300, 300] {
            #expect(machine.note(report(errors: 20), hasRunningPeer: true, at: second(now)))
            #expect(!machine.probeSucceeded(at: second(now + away - 0.5)))
            #expect(machine.probeSucceeded(at: second(now + away)))
            #expect(machine.probeSucceeded(at: second(now + away)))
            now += away + 1
        }
    }

    @Test func `ten good windows clear its record`() {
        let machine = Machine.running()
        machine.note(report(errors: 20), hasRunningPeer: true, at: second(2))
        machine.probeSucceeded(at: second(12))
        machine.probeSucceeded(at: second(12))
        machine.note(report(errors: 20), hasRunningPeer: true, at: second(113))
        #expect(machine.status == .notRunning)
        #expect(machine.probeSucceeded(at: second(123)))
    }

    @Test func `a failed probe ends the quarantine, for what comes back is another run`() {
        let machine = Machine.running()
        machine.note(report(errors: 20), hasRunningPeer: true, at: second(2))
        machine.probeFailed(refused, at: second(3))
        #expect(machine.probeSucceeded(at: second(4)))
        #expect(machine.status == .starting)
    }

    @Test func `a window sums what lies within it, slice by slice`() {
        var window = PassiveWindow(length: .seconds(10))
        for step in 0..<20 { window.add(report(errors: 1, successes: 1), at: second(Double(step))) }
        #expect(window.sums(at: second(19)).answers == 20)
        #expect(window.sums(at: second(19)).serverErrors == 10)
        #expect(window.sums(at: second(24)).answers == 10)
        #expect(window.sums(at: second(29)).answers == 0)
        #expect(window.sums(at: second(0)).answers == 0)
    }

    @Test func `a window of no length does not trap`() {
        var window = PassiveWindow(length: .zero)
        window.add(report(errors: 1), at: second(0))
        #expect(window.sums(at: second(0)).answers == 1)
        #expect(window.sums(at: second(1)).answers == 0)
    }

    @Test func `a report that was cleared is empty and keeps its instance`() {
        var cleared = report(connectFailures: 1, resets: 2, errors: 3)
        #expect(!cleared.isEmpty)
        cleared.clear()
        #expect(cleared.isEmpty)
        #expect(cleared == PassiveReport(instance: InstanceKey(rawValue: 1)))
    }
}
