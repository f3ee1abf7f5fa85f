import Balancing
import Configuration
import Platform
import StatusFrames
import Testing

@testable import Monitoring

struct StatusMachineTests {
    @Test func `what has not been heard of is starting`() {
        let machine = Machine(settings: thresholds())
        #expect(machine.status == .starting)
        #expect(machine.incarnation == 1)
        #expect(machine.runningSince == nil)
        #expect(machine.history.isEmpty)
    }

    @Test func `as many successes in a row as rise says make it running`() {
        let machine = Machine(settings: thresholds { $0.health.rise = 3 })
        #expect(!machine.probeSucceeded(at: second(1)))
        #expect(!machine.probeSucceeded(at: second(2)))
        #expect(machine.status == .starting)
        #expect(machine.probeSucceeded(at: second(3)))
        #expect(machine.status == .running)
        #expect(machine.incarnation == 1)
    }

    @Test func `slow start counts from the moment it is running`() {
        let machine = Machine(settings: thresholds())
        machine.probeSucceeded(at: second(1))
        machine.probeSucceeded(at: second(4))
        #expect(machine.runningSince == second(4))
        machine.probeSucceeded(at: second(5))
        #expect(machine.runningSince == second(4))
    }

    @Test func `a failure among the successes makes rise begin anew`() {
        let machine = Machine(settings: thresholds())
        machine.probeSucceeded(at: second(1))
        machine.probeFailed(refused, at: second(2))
        #expect(!machine.probeSucceeded(at: second(3)))
        #expect(machine.probeSucceeded(at: second(4)))
    }

    @Test func `it is probed more often only while it rises`() {
        let machine = Machine(settings: thresholds())
        #expect(!machine.isRising)
        machine.probeSucceeded(at: second(1))
        #expect(machine.isRising)
        machine.probeFailed(refused, at: second(2))
        #expect(!machine.isRising)
        #expect(!Machine.running().isRising)
        #expect(!Machine.fallen().isRising)
    }

    @Test func `one that never answers is not running after fall failures`() {
        let machine = Machine(settings: thresholds())
        #expect(!machine.probeFailed(refused, at: second(1)))
        #expect(!machine.probeFailed(refused, at: second(2)))
        #expect(machine.probeFailed(.timedOut(.connect), at: second(3)))
        #expect(machine.status == .notRunning)
        #expect(machine.history.last?.cause == .probeFailed(.timedOut(.connect)))
    }

    @Test func `a running one falls after fall failures in a row`() {
        let machine = Machine.running()
        #expect(!machine.probeFailed(.status(500), at: second(2)))
        #expect(!machine.probeFailed(.status(500), at: second(3)))
        #expect(machine.status == .running)
        #expect(machine.probeFailed(.status(503), at: second(4)))
        #expect(machine.status == .notRunning)
        #expect(machine.runningSince == nil)
        #expect(machine.history.last?.cause == .probeFailed(.status(503)))
    }

    @Test func `a success among the failures makes fall begin anew`() {
        let machine = Machine.running()
        for _ in 0..<5 {
            machine.probeFailed(refused, at: second(2))
            machine.probeFailed(refused, at: second(3))
            machine.probeSucceeded(at: second(4))
        }
        #expect(machine.status == .running)
    }

    @Test func `one that is not running stays so while its probes fail`() {
        let machine = Machine.fallen()
        let before = machine.changeCount
        for _ in 0..<10 { #expect(!machine.probeFailed(refused, at: second(3))) }
        #expect(machine.changeCount == before)
    }

    @Test func `the way back leads through starting, as another incarnation`() {
        let machine = Machine.fallen()
        #expect(machine.probeSucceeded(at: second(3)))
        #expect(machine.status == .starting)
        #expect(machine.incarnation == 2)
        #expect(machine.isRising)
        #expect(machine.probeSucceeded(at: second(4)))
        #expect(machine.status == .running)
        #expect(machine.incarnation == 2)
        #expect(machine.runningSince == second(4))
    }

    @Test func `with a rise of one it comes back at once, and both steps are recorded`() {
        let settings = thresholds { $0.health.rise = 1 }
        let machine = Machine.fallen(settings)
        machine.probeSucceeded(at: second(3))
        #expect(machine.status == .running)
        #expect(machine.incarnation == 2)
        #expect(machine.history.suffix(2).map(\.from) == [.notRunning, .starting])
        #expect(machine.history.suffix(2).map(\.to) == [.starting, .running])
    }

    @Test func `on the way back it takes fall failures in a row to be not running again`() {
        let machine = Machine.fallen()
        machine.probeSucceeded(at: second(3))
        machine.probeFailed(refused, at: second(4))
        machine.probeFailed(refused, at: second(5))
        #expect(machine.status == .starting)
        machine.probeFailed(refused, at: second(6))
        #expect(machine.status == .notRunning)
        machine.probeSucceeded(at: second(7))
        #expect(machine.incarnation == 3)
    }

    @Test func `a name that leads nowhere counts like a failed probe`() {
        let machine = Machine(settings: thresholds())
        machine.nameUnresolved(at: second(1))
        machine.nameUnresolved(at: second(2))
        #expect(machine.nameUnresolved(at: second(3)))
        #expect(machine.status == .notRunning)
        #expect(machine.history.last?.cause == .nameUnresolved)
    }

    @Test func `at another address it is unknown again`() {
        let machine = Machine.running()
        #expect(machine.addressChanged(at: second(5)))
        #expect(machine.status == .starting)
        #expect(machine.incarnation == 2)
        #expect(machine.history.last?.cause == .addressChanged)
        machine.probeSucceeded(at: second(6))
        #expect(machine.status == .starting)
    }

    @Test func `each transition is recorded with its time, cause and incarnation`() {
        let machine = Machine.fallen()
        machine.probeSucceeded(at: second(3))
        machine.probeSucceeded(at: second(4))
        #expect(
            machine.history == [
                StatusTransition(
                    from: .starting, to: .running, cause: .probeSucceeded, at: second(1), incarnation: 1),
                StatusTransition(
                    from: .running, to: .notRunning, cause: .probeFailed(refused), at: second(2),
                    incarnation: 1),
                StatusTransition(
                    from: .notRunning, to: .starting, cause: .probeSucceeded, at: second(3), incarnation: 2),
                StatusTransition(
                    from: .starting, to: .running, cause: .probeSucceeded, at: second(4), incarnation: 2),
            ])
    }

    @Test func `a transition has a line for the log`() {
        let machine = Machine.running(thresholds { $0.health.fall = 1 })
        machine.probeFailed(.status(503), at: second(2))
        #expect(
            machine.history.map(\.description) == [
                "starting -> running (probe succeeded)", "running -> notRunning (probe failed: status 503)",
            ])
        let causes: [StatusCause] = [
            .probeFailed(.closedEarly), .probeSucceeded, .connectFailures, .resets, .errorShare,
            .nameUnresolved,
            .addressChanged, .processStarted, .processReady, .processRestarting(.none),
            .processExited(.none), .watchdogSilent, .nodeManagerSilent, .nodeManagerLost, .nodeManagerHeard,
        ]
        #expect(Set(causes.map(\.description)).count == causes.count)
    }

    @Test func `only the last sixteen transitions are remembered`() {
        let machine = Machine(
            settings: thresholds {
                $0.health.fall = 1; $0.health.rise = 1
            })
        for step in 0..<100 {
            machine.probeSucceeded(at: second(Double(step)))
            machine.probeFailed(refused, at: second(Double(step) + 0.5))
        }
        #expect(machine.history.count == 16)
        #expect(machine.changeCount > 200)
        #expect(machine.history.last?.at == second(99.5))
        #expect(zip(machine.history, machine.history.dropFirst()).allSatisfy { $0.to == $1.from })
    }

    @Test func `new thresholds hold from the next event on`() {
        let machine = Machine.running()
        machine.probeFailed(refused, at: second(2))
        machine.settings = thresholds { $0.health.fall = 2 }
        #expect(machine.status == .running)
        #expect(machine.probeFailed(refused, at: second(3)))
    }

    @Test func `a rise or fall of less than one counts as one`() {
        let settings = thresholds {
            $0.health.rise = 0; $0.health.fall = -1
        }
        let machine = Machine(settings: settings)
        machine.probeSucceeded(at: second(1))
        #expect(machine.status == .running)
        machine.probeFailed(refused, at: second(2))
        #expect(machine.status == .notRunning)
    }

    @Test func `an incarnation goes on counting where an older instance ended`() {
        let machine = Machine(settings: thresholds(), incarnation: 7)
        machine.addressChanged(at: second(1))
        #expect(machine.incarnation == 8)
    }
}
