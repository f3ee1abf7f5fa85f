import Affinity
import Monitoring
import Platform
import Runtime
import Testing

@testable import Proxy

@Suite struct PassiveReportsTests {
    /// What two instances, and a mailbox of the control thread, see of `body`.
    private func judge(
        _ body: (PassiveReports, (UpstreamPool, UpstreamPool), () -> [PassiveReport]) -> Void
    ) throws {
        let stage = try WorkerStage(instances: 2)
        let mailbox = try Mailbox<ControlMessage>()
        let reports = PassiveReports(loop: stage.worker.loop, control: mailbox)
        body(reports, (stage.pool(0), stage.pool(1))) {
            mailbox.drain().compactMap { message in
                if case .passive(let report) = message { report } else { nil }
            }
        }
        reports.close()
        try stage.end()
    }

    @Test func `good news waits a while, and then comes together`() throws {
        try judge { reports, pools, delivered in
            for _ in 0..<3 { reports.noteAnswer(pools.0, status: 200) }
            reports.noteAnswer(pools.1, status: 503)
            #expect(delivered().isEmpty)
            reports.timerFired()
            let received = delivered()
            #expect(received.count == 2)
            #expect(received.first { $0.instance == pools.0.instance }?.answers == 3)
            #expect(received.first { $0.instance == pools.1.instance }?.serverErrors == 1)
            reports.timerFired()
            #expect(delivered().isEmpty, "each is told once")
        }
    }

    @Test func `failures are told at once, as what they are`() throws {
        try judge { reports, pools, delivered in
            reports.noteReset(pools.0)
            let reset = delivered()
            #expect(reset.map(\.resets) == [1] && reset.map(\.answers) == [0])
            reports.noteAnswer(pools.1, status: 200)
            reports.noteConnectFailure(pools.0)
            let failed = delivered()
            #expect(failed.map(\.connectFailures).sorted() == [0, 1], "and what waited goes along")
            #expect(failed.map(\.resets) == [0, 0])
        }
    }
}
