import Platform
import Testing

@testable import Proxy

@Suite struct ConnectionQuotaTests {
    private let here = IPAddress(v4: 0x7f00_0001)
    private let there = IPAddress(v4: 0x0a00_0001)

    @Test func `as many enter as the limit says, and each that leaves makes room`() {
        let quota = ConnectionQuota(limit: 2, limitPerSource: 0)
        #expect(quota.enter() && quota.enter())
        #expect(!quota.enter())
        #expect(!quota.enter(), "who was refused takes no place")
        quota.leave()
        #expect(quota.enter())
    }

    @Test func `each source has its own share`() {
        let quota = ConnectionQuota(limit: 100, limitPerSource: 2)
        #expect(quota.enter(from: here) && quota.enter(from: here))
        #expect(!quota.enter(from: here))
        #expect(quota.enter(from: there))
        quota.leave(from: here)
        #expect(quota.enter(from: here))
        #expect(!quota.enter(from: here))
    }

    @Test func `a source without an address has no limit`() {
        let quota = ConnectionQuota(limit: 100, limitPerSource: 1)
        #expect((0..<10).allSatisfy { _ in quota.enter(from: nil) })
        for _ in 0..<10 { quota.leave(from: nil) }
    }

    @Test func `other limits count those who are there already`() {
        let quota = ConnectionQuota(limit: 3, limitPerSource: 0)
        for _ in 0..<3 { #expect(quota.enter() && quota.enter(from: here)) }
        quota.apply(limit: 4, limitPerSource: 3)
        #expect(quota.enter() && !quota.enter())
        #expect(!quota.enter(from: here))
        quota.apply(limit: 2, limitPerSource: 0)
        quota.leave()
        quota.leave()
        #expect(!quota.enter(), "two are still there")
        #expect(quota.enter(from: here))
    }

    @Test func `one who leaves twice takes no place from others`() {
        let quota = ConnectionQuota(limit: 10, limitPerSource: 1)
        quota.leave(from: here)
        #expect(quota.enter(from: here))
        #expect(!quota.enter(from: here))
    }
}
