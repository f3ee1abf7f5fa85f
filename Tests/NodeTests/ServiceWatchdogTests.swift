import Configuration
import Platform
import StatusFrames
import Testing

@testable import Node

/// What a service says of itself while it runs, and what its silence does.
struct ServiceWatchdogTests {
    @Test func `one that feeds its watchdog goes on`() {
        let life = Life.started { $0.watchdog = .seconds(2) }
        for step in 1..<10 {
            life.now = second(Double(step))
            #expect(life.tell { $0.timePassed(at: $1) } == [])
            #expect(life.hear("WATCHDOG=1") == [])
            #expect(life.deadline == second(Double(step) + 2))
        }
    }

    @Test func `one whose watchdog is silent is told of, aborted, killed and started again`() {
        let life = Life.started { $0.watchdog = .seconds(2) }
        life.now = second(2)
        #expect(life.tell { $0.timePassed(at: $1) } == [.report, .signal(6)])
        #expect(life.report.phase == .watchdogSilent)
        #expect(life.report.reason == .watchdog)
        // Its last words count for nothing.
        #expect(life.hear("WATCHDOG=1") == [])
        #expect(life.hear("EXTEND_TIMEOUT_USEC=60000000") == [])
        #expect(life.deadline == second(3))
        life.now = second(3)
        #expect(life.tell { $0.timePassed(at: $1) } == [.killAll])
        life.tell { $0.ended(.killed(9), at: $1) }
        #expect(life.report.phase == .restarting)
        #expect(life.report.reason == .watchdog)
    }

    @Test func `the watchdog sleeps until the service is ready`() {
        let life = Life.started {
            $0.watchdog = .seconds(2)
            $0.readiness = .notify
        }
        #expect(life.deadline == second(30))
        life.now = second(10)
        life.hear("READY=1")
        #expect(life.deadline == second(12))
    }

    @Test func `the watchdog's interval may change`() {
        let life = Life.started { $0.watchdog = .seconds(2) }
        life.hear("WATCHDOG_USEC=10000000")
        #expect(life.deadline == second(10))
        life.hear("WATCHDOG_USEC=0")
        #expect(life.deadline == nil)
    }

    @Test func `one that reloads stays ready, and must come to an end with it`() {
        let life = Life.started { $0.readiness = .notify }
        life.hear("READY=1")
        #expect(life.hear("RELOADING=1\nMONOTONIC_USEC=1") == [])
        #expect(life.state == .ready)
        #expect(life.deadline == second(30))
        life.hear("READY=1")
        #expect(life.deadline == nil)
        life.hear("RELOADING=1")
        life.now = second(30)
        #expect(life.tell { $0.timePassed(at: $1) } == [.signal(15), .report])
        #expect(life.report.reason == .startTimeout)
    }

    @Test func `its words about itself are told`() {
        let life = Life.started()
        #expect(life.hear("STATUS=busy") == [.report])
        #expect(life.report.text == "busy")
        #expect(life.hear("STATUS=busy") == [])
    }

    @Test func `silence that we may not have heard right is forgiven three times in a row`() {
        let life = Life.started { $0.watchdog = .seconds(2) }
        for step in 1...3 {
            life.now = second(Double(step) * 2)
            #expect(life.tell { $0.timePassed(at: $1, hearing: .late) } == [])
            #expect(life.deadline == second(Double(step) * 2 + 2))
        }
        life.now = second(7)
        life.hear("WATCHDOG=1")
        for step in 1...3 {
            life.now = second(7 + Double(step) * 2)
            #expect(life.tell { $0.timePassed(at: $1, hearing: .late) } == [])
        }
        life.now = second(15)
        #expect(life.tell { $0.timePassed(at: $1, hearing: .late) } == [.report, .signal(6)])
    }

    @Test func `while nothing can be heard silence means nothing`() {
        let life = Life.started { $0.watchdog = .seconds(2) }
        for step in 1...100 {
            life.now = second(Double(step) * 2)
            #expect(life.tell { $0.timePassed(at: $1, hearing: .deaf) } == [])
        }
        life.now = second(202)
        #expect(life.tell { $0.timePassed(at: $1) } == [.report, .signal(6)])
    }
}
