import Platform
import Testing

@testable import Node

struct MarkChecksTests {
    private func ask(
        _ checks: inout MarkChecks, _ process: Int32, startedAt time: UInt64? = 7, at now: Double = 0,
        finding isMarked: Bool, looks: inout Int
    ) -> Bool {
        var count = 0
        defer { looks += count }
        return checks.isMarked(process, startedAt: time, at: second(now)) {
            count += 1
            return isMarked
        }
    }

    @Test func `who was found once, or refused last, is not looked at again`() {
        var checks = MarkChecks()
        var looks = 0
        for _ in 0..<100 {
            #expect(ask(&checks, 100, finding: true, looks: &looks))
            #expect(!ask(&checks, 200, finding: false, looks: &looks))
        }
        #expect(looks == 2)
        // An identifier that has changed hands is another process.
        #expect(!ask(&checks, 100, startedAt: 8, finding: false, looks: &looks))
        #expect(ask(&checks, 200, startedAt: 8, finding: true, looks: &looks))
        #expect(looks == 4)
    }

    @Test func `who has ended bears nothing`() {
        var checks = MarkChecks()
        var looks = 0
        #expect(!ask(&checks, 100, startedAt: nil, finding: true, looks: &looks))
        #expect(looks == 0)
    }

    @Test func `so many are looked at in a second, and no more`() {
        var checks = MarkChecks()
        var looks = 0
        for process in 0..<1000 { #expect(!ask(&checks, Int32(process), finding: false, looks: &looks)) }
        #expect(looks == NodeLimits.markChecksPerSecond)
        #expect(!ask(&checks, 2000, at: 0.9, finding: true, looks: &looks))
        #expect(ask(&checks, 2000, at: 1, finding: true, looks: &looks))
        #expect(looks == NodeLimits.markChecksPerSecond + 1)
    }
}
