import Configuration
import Platform
import StatusFrames
import Testing

@testable import Node

/// How a service is stopped, and replaced by one with other settings.
struct ServiceStopTests {
    @Test func `one that is not wanted any more is asked to end, and killed when its grace is over`() {
        let life = Life.started { $0.stop.signal = .quit }
        #expect(life.tell { $0.unwant(at: $1) } == [.signal(3), .report])
        #expect(life.report.phase == .ended)
        #expect(life.report.reason == .stopped)
        life.now = second(9)
        #expect(life.tell { $0.timePassed(at: $1) } == [])
        #expect(life.hear("EXTEND_TIMEOUT_USEC=5000000") == [])
        #expect(life.deadline == second(14))
        life.now = second(14)
        #expect(life.tell { $0.timePassed(at: $1) } == [.killAll])
        #expect(life.tell { $0.ended(.killed(9), at: $1) } == [.sweep, .report])
        #expect(life.state == .off)
    }

    @Test func `one that waits or pauses is off at once`() {
        let waiting = Life()
        waiting.tell { $0.want(at: $1) }
        #expect(waiting.tell { $0.unwant(at: $1) } == [.report])
        #expect(waiting.state == .off)
        let pausing = Life.started()
        pausing.tell { $0.ended(.exited(1), at: $1) }
        pausing.tell { $0.unwant(at: $1) }
        #expect(pausing.state == .off)
        #expect(pausing.deadline == nil)
    }

    @Test func `one that is wanted again while it ends is started when it has`() {
        let life = Life.started()
        life.tell { $0.unwant(at: $1) }
        #expect(life.tell { $0.want(at: $1) } == [])
        #expect(life.tell { $0.ended(.exited(0), at: $1) }.last == .start)
    }

    @Test func `one that hangs and is not wanted meanwhile stays off`() {
        let life = Life.started()
        life.hear("WATCHDOG=trigger")
        life.tell { $0.unwant(at: $1) }
        life.tell { $0.ended(.killed(6), at: $1) }
        #expect(life.state == .off)
        #expect(life.report.reason == .stopped)
    }

    @Test func `one with new settings is replaced without a pause`() {
        let life = Life.started()
        let actions = life.tell { machine, now in
            machine.replace(with: ServiceSettings(LocalServiceConfiguration()), at: now)
        }
        #expect(actions == [.signal(15), .report])
        #expect(life.report.phase == .restarting)
        #expect(life.report.reason == .replaced)
        #expect(life.tell { $0.ended(.killed(15), at: $1) }.last == .start)
    }

    @Test func `new settings end a pause`() {
        let life = Life.started()
        life.tell { $0.ended(.exited(1), at: $1) }
        let settings = ServiceSettings(LocalServiceConfiguration())
        #expect(life.tell { $0.replace(with: settings, at: $1) } == [.start])
    }

    @Test func `new settings that are nothing to the process are in force at once, and it goes on`() {
        let life = Life.started()
        var service = LocalServiceConfiguration()
        service.stop.grace = .seconds(3)
        #expect(life.tell { $0.adjust(to: ServiceSettings(service), at: $1) } == [.report])
        #expect(life.state == .ready)
        life.tell { $0.unwant(at: $1) }
        #expect(life.deadline == second(3))
        let young = Life.started { $0.readiness = .notify }
        #expect(young.state == .starting)
        young.tell { $0.adjust(to: ServiceSettings(service), at: $1) }
        #expect(young.state == .ready)
    }

    @Test func `only what a process is started with makes another one needed`() {
        let service = LocalServiceConfiguration()
        var other = service
        other.restart.burst = 7
        other.after = ["other@a"]
        other.startTimeout = .seconds(1)
        #expect(other.startsProcess(like: service))
        let changes: [(inout LocalServiceConfiguration) -> Void] = [
            { $0.run = ["/bin/true"] }, { $0.user = "nobody" }, { $0.group = "nogroup" },
            { $0.directory = "/" }, { $0.environment = ["A": "b"] }, { $0.limits.descriptors = 5 },
            { $0.watchdog = .seconds(1) },
        ]
        for change in changes {
            var other = service
            change(&other)
            #expect(!other.startsProcess(like: service))
        }
    }
}
