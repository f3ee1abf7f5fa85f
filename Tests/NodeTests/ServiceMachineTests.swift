import Configuration
import Platform
import StatusFrames
import Testing

@testable import Node

/// One test for each way that the life of a service can take.
struct ServiceMachineTests {
    // MARK: Starting

    @Test func `what nobody wants does nothing`() {
        let life = Life()
        #expect(life.state == .off)
        #expect(life.tell { $0.timePassed(at: $1) } == [])
        #expect(life.tell { $0.ended(.exited(1), at: $1) } == [])
        #expect(life.hear("READY=1") == [])
        #expect(life.tell { $0.unwant(at: $1) } == [])
    }

    @Test func `what is wanted waits for what it needs, then starts`() {
        let life = Life()
        #expect(life.tell { $0.want(at: $1) } == [.report])
        #expect(life.state == .waiting)
        #expect(life.report.phase == .restarting)
        #expect(life.report.reason == .dependencies)
        #expect(life.tell { $0.needsAreReady(true, at: $1) } == [.start])
        #expect(life.report.incarnation == 1)
        #expect(life.tell { $0.want(at: $1) } == [])
    }

    @Test func `one that need not say so is ready as soon as it runs`() {
        let life = Life.started()
        #expect(life.state == .ready)
        #expect(life.report.phase == .ready)
        #expect(life.report.process == 100)
        #expect(!life.report.announcesReadiness)
        #expect(life.deadline == nil)
    }

    @Test func `one that says so is not ready before it has`() {
        let life = Life.started { $0.readiness = .notify }
        #expect(life.state == .starting)
        #expect(life.report.phase == .starting)
        #expect(life.deadline == second(30))
        #expect(life.report.startDeadline == second(30))
        life.now = second(5)
        #expect(life.hear("READY=1") == [.report])
        #expect(life.state == .ready)
        #expect(life.report.since == second(5))
        #expect(life.deadline == nil)
        #expect(life.hear("READY=1") == [])
    }

    @Test func `one that is not ready in time is ended, killed, and started again`() {
        let life = Life.started { $0.readiness = .notify }
        life.now = second(30)
        #expect(life.tell { $0.timePassed(at: $1) } == [.signal(15), .report])
        #expect(life.report.phase == .restarting)
        #expect(life.report.reason == .startTimeout)
        #expect(life.deadline == second(40))
        life.now = second(40)
        #expect(life.tell { $0.timePassed(at: $1) } == [.killAll])
        #expect(life.tell { $0.ended(.killed(9), at: $1) } == [.sweep, .report])
        #expect(life.report.reason == .startTimeout)
        life.now = second(40.1)
        #expect(life.tell { $0.timePassed(at: $1) } == [.start])
    }

    @Test func `one that asks for time gets it`() {
        let life = Life.started { $0.readiness = .notify }
        life.now = second(29)
        #expect(life.hear("EXTEND_TIMEOUT_USEC=20000000") == [])
        #expect(life.deadline == second(49))
        #expect(life.report.startDeadline == second(49))
        // Less than it has already changes nothing, and an hour is the most.
        #expect(life.hear("EXTEND_TIMEOUT_USEC=1000000") == [])
        #expect(life.deadline == second(49))
        #expect(life.hear("EXTEND_TIMEOUT_USEC=999999999999") == [])
        #expect(life.deadline == second(29 + 3600))
    }

    @Test func `a start is put off by an hour in all, however often it asks`() {
        let life = Life.started { $0.readiness = .notify }
        for step in 1...100 {
            life.now = second(Double(step * 29))
            life.hear("EXTEND_TIMEOUT_USEC=1800000000")
        }
        #expect(life.deadline == second(30 + 3600))
        #expect(life.report.startDeadline == second(30 + 3600))
        life.now = second(30 + 3600)
        #expect(life.tell { $0.timePassed(at: $1) } == [.signal(15), .report])
    }

    @Test func `an end is put off by an hour in all, however often it asks`() {
        let life = Life.started { $0.stop.grace = .seconds(10) }
        #expect(life.tell { $0.unwant(at: $1) } == [.signal(15), .report])
        for step in 1...600 {
            life.now = second(Double(step * 9))
            life.hear("EXTEND_TIMEOUT_USEC=60000000")
        }
        #expect(life.deadline == second(10 + 3600))
        life.now = second(10 + 3600)
        #expect(life.tell { $0.timePassed(at: $1) } == [.killAll])
    }

    @Test func `whoever announces its end puts that off by an hour in all, too`() {
        let life = Life.started { $0.stop.grace = .seconds(10) }
        life.hear("STOPPING=1")
        for step in 1...600 {
            life.now = second(Double(step * 9))
            life.hear("STOPPING=1\nEXTEND_TIMEOUT_USEC=60000000")
        }
        #expect(life.deadline == second(10 + 3600))
    }

    @Test func `one that cannot be started is tried again`() {
        let life = Life()
        life.tell { $0.want(at: $1) }
        life.tell { $0.needsAreReady(true, at: $1) }
        #expect(life.tell { $0.startFailed(.cannotStart(2), at: $1) } == [.report])
        #expect(life.report.phase == .restarting)
        #expect(life.report.reason == .cannotStart(2))
        #expect(life.state == .pausing(until: second(0.1)))
    }

    @Test func `one whose address is taken says so`() {
        let life = Life()
        life.tell { $0.want(at: $1) }
        life.tell { $0.needsAreReady(true, at: $1) }
        life.tell { $0.startFailed(.addressTaken, at: $1) }
        #expect(life.report.reason == .addressTaken)
    }

    // MARK: Ending by itself

    @Test(arguments: [ProcessEnding.exited(0), .exited(1), .killed(9), .killed(11), .unknown])
    func `one that ends is started again soon`(ending: ProcessEnding) {
        let life = Life.started()
        #expect(life.tell { $0.ended(ending, at: $1) } == [.sweep, .report])
        #expect(life.report.phase == .restarting)
        #expect(life.report.reason == .ended(ending))
        #expect(life.report.process == 0)
        #expect(life.deadline == second(0.1))
        #expect(life.tell { $0.timePassed(at: $1) } == [])
        life.now = second(0.1)
        #expect(life.tell { $0.timePassed(at: $1) } == [.start])
        #expect(life.report.incarnation == 2)
    }

    @Test func `one that is to be restarted on failure stays away after an exit in order`() {
        let life = Life.started { $0.restart.when = .failure }
        #expect(life.tell { $0.ended(.exited(0), at: $1) } == [.sweep, .report])
        #expect(life.state == .off)
        #expect(life.report.phase == .ended)
        let other = Life.started { $0.restart.when = .failure }
        other.tell { $0.ended(.exited(1), at: $1) }
        #expect(other.state == .pausing(until: second(0.1)))
    }

    @Test func `one that is never to be restarted stays away`() {
        let life = Life.started { $0.restart.when = .never }
        life.tell { $0.ended(.killed(9), at: $1) }
        #expect(life.state == .off)
        #expect(life.deadline == nil)
    }

    @Test func `one that announces its end is followed by another`() {
        let life = Life.started()
        #expect(life.hear("STOPPING=1") == [.report])
        #expect(life.report.phase == .restarting)
        #expect(life.report.reason == .stopping)
        #expect(life.deadline == second(10))
        #expect(life.tell { $0.ended(.exited(0), at: $1) } == [.sweep, .report])
        #expect(life.report.reason == .ended(.exited(0)))
    }

    @Test func `one that announces its end and does not end is killed`() {
        let life = Life.started()
        life.hear("STOPPING=1")
        life.now = second(10)
        #expect(life.tell { $0.timePassed(at: $1) } == [.killAll])
        #expect(life.deadline == second(15))
        life.now = second(15)
        #expect(life.tell { $0.timePassed(at: $1) } == [.killAll])
    }

    @Test func `one that announces its end for good is away at once`() {
        let life = Life.started { $0.restart.when = .failure }
        life.hear("STOPPING=1")
        #expect(life.report.phase == .ended)
    }

    // MARK: Backoff

    @Test func `each start that fails is followed by a longer pause`() {
        let life = Life.started { $0.restart.burst = 100 }
        var pauses: [Duration] = []
        for _ in 0..<12 {
            life.tell { $0.ended(.exited(1), at: $1) }
            guard case .pausing(let end) = life.state else { break }
            pauses.append(end - life.now)
            life.now = end
            life.tell { $0.timePassed(at: $1) }
            life.tell { $0.started(100, at: $1) }
        }
        let expected = [100, 200, 400, 800, 1600, 3200, 6400, 12_800, 25_600, 30_000, 30_000, 30_000]
        #expect(pauses == expected.map { .milliseconds($0) })
    }

    @Test func `who is pinned to it waits for a short pause, not for a long one`() {
        let life = Life.started { $0.restart.delay = .milliseconds(800) }
        life.tell { $0.ended(.exited(1), at: $1) }
        #expect(life.report.phase == .restarting)
        life.now = second(0.8)
        life.tell { $0.timePassed(at: $1) }
        life.tell { $0.started(101, at: $1) }
        life.tell { $0.ended(.exited(1), at: $1) }
        #expect(life.report.phase == .ended)
    }

    @Test func `too many starts are followed by a rest, and then by a clean record`() {
        let life = Life.started { $0.restart.burst = 3 }
        for _ in 0..<2 {
            life.tell { $0.ended(.exited(1), at: $1) }
            life.now = life.deadline ?? life.now
            life.tell { $0.timePassed(at: $1) }
            life.tell { $0.started(100, at: $1) }
        }
        life.tell { $0.ended(.exited(1), at: $1) }
        #expect(life.state == .pausing(until: life.now + .seconds(300)))
        #expect(life.report.phase == .ended)
        #expect(life.report.text.contains("rests"))
        life.now = life.deadline ?? life.now
        #expect(life.tell { $0.timePassed(at: $1) } == [.start])
        life.tell { $0.started(100, at: $1) }
        #expect(life.report.text == "")
        life.tell { $0.ended(.exited(1), at: $1) }
        #expect(life.state == .pausing(until: life.now + .milliseconds(100)))
    }

    @Test func `one that has run well for a window begins anew with short pauses`() {
        let life = Life.started()
        for _ in 0..<2 {
            life.tell { $0.ended(.exited(1), at: $1) }
            life.now = life.deadline ?? life.now
            life.tell { $0.timePassed(at: $1) }
            life.tell { $0.started(100, at: $1) }
        }
        life.now = life.now + .seconds(60)
        life.tell { $0.ended(.exited(1), at: $1) }
        #expect(life.state == .pausing(until: life.now + .milliseconds(100)))
    }

    // MARK: Adoption

    @Test func `a process of an earlier node manager goes on`() {
        let life = Life(incarnation: 5) { $0.readiness = .notify }
        #expect(life.tell { $0.adopted(77, isReady: true, at: $1) } == [.report])
        #expect(life.state == .ready)
        #expect(life.report.incarnation == 5)
        #expect(life.tell { $0.want(at: $1) } == [])
        let young = Life { $0.readiness = .notify }
        young.tell { $0.adopted(77, isReady: false, at: $1) }
        #expect(young.state == .starting)
        #expect(young.deadline == second(30))
    }

    @Test func `another main process is told of`() {
        let life = Life.started()
        #expect(life.tell { $0.moved(to: 200, at: $1) } == [.report])
        #expect(life.report.process == 200)
        #expect(life.tell { $0.moved(to: 200, at: $1) } == [])
    }

    @Test func `what it needs matters only before it starts`() {
        let life = Life.started()
        #expect(life.tell { $0.needsAreReady(false, at: $1) } == [])
        life.tell { $0.ended(.exited(1), at: $1) }
        life.now = second(0.1)
        life.tell { $0.timePassed(at: $1) }
        #expect(life.state == .waiting)
        #expect(life.tell { $0.needsAreReady(true, at: $1) } == [.start])
    }
}
