import Affinity
import Monitoring
import Platform
import Runtime
import Testing

@testable import Proxy

@Suite struct PassiveReportsTests {
    private let first = InstanceReport(InstanceKey(rawValue: 1))
    private let second = InstanceReport(InstanceKey(rawValue: 2))

    private func delivered(_ mailbox: Mailbox<ControlMessage>) -> [PassiveReport] {
        mailbox.drain().compactMap { message in
            if case .passive(let report) = message { report } else { nil }
        }
    }

    @Test func `good news waits a while, and then comes together`() throws {
        let loop = try EventLoop()
        let mailbox = try Mailbox<ControlMessage>()
        let reports = PassiveReports(loop: loop, control: mailbox)
        defer { reports.close() }
        for _ in 0..<3 { reports.noteAnswer(first, status: 200) }
        reports.noteAnswer(second, status: 503)
        #expect(delivered(mailbox).isEmpty)
        reports.timerFired()
        let received = delivered(mailbox)
        #expect(received.count == 2)
        #expect(received.first { $0.instance == first.passive.instance }?.answers == 3)
        #expect(received.first { $0.instance == second.passive.instance }?.serverErrors == 1)
        reports.timerFired()
        #expect(delivered(mailbox).isEmpty, "each is told once")
    }

    @Test func `failures are told at once, as what they are`() throws {
        let loop = try EventLoop()
        let mailbox = try Mailbox<ControlMessage>()
        let reports = PassiveReports(loop: loop, control: mailbox)
        defer { reports.close() }
        reports.noteReset(first)
        let reset = delivered(mailbox)
        #expect(reset.map(\.resets) == [1] && reset.map(\.answers) == [0])
        reports.noteConnectFailure(first)
        let failed = delivered(mailbox)
        #expect(failed.map(\.connectFailures) == [1] && failed.map(\.resets) == [0])
    }
}
