import Affinity
import Platform
import TestSupport
import Testing

@Suite struct AssociationPolicyTests {
    private let policy = AssociationPolicy(
        virtualHostHash: 1, policyHash: 2, epoch: 5, lifetime: .seconds(1000))

    private func data(host: UInt64 = 1, policy: UInt64 = 2, epoch: UInt32 = 5, origin: UInt64 = 10_000)
        -> AssociationData
    {
        AssociationData(
            lineage: .sample(1), origin: WallTime(seconds: origin), epoch: epoch, policyHash: policy,
            virtualHostHash: host)
    }

    private func judge(_ data: AssociationData, at second: UInt64 = 10_500) -> Judgement {
        policy.judge(data, at: WallTime(seconds: second))
    }

    @Test func `a session of the same policy is resumed`() {
        #expect(judge(data()) == .resume)
    }

    @Test func `where nothing resumes every session is refused`() {
        var strict = policy
        strict.resumes = false
        #expect(strict.judge(data(), at: WallTime(seconds: 10_500)) == .refuse(.policyChanged))
    }

    @Test func `a session of another virtual host is refused`() {
        #expect(judge(data(host: 9)) == .refuse(.policyChanged))
    }

    @Test func `a session of another client-authentication policy is refused`() {
        #expect(judge(data(policy: 9)) == .refuse(.policyChanged))
    }

    @Test func `a session of an older epoch is refused`() {
        #expect(judge(data(epoch: 4)) == .refuse(.policyChanged))
    }

    @Test func `a session of an appliance whose epoch was raised first is resumed`() {
        #expect(judge(data(epoch: 6)) == .resume)
    }

    @Test func `a lineage is resumed to the last second before its deadline`() {
        #expect(judge(data(), at: 10_999) == .resume)
        #expect(judge(data(), at: 11_000) == .refuse(.lineageExpired))
        #expect(judge(data(), at: .max) == .refuse(.lineageExpired))
    }

    @Test func `an origin a little in the future is skew and one far in the future a fault`() {
        #expect(judge(data(), at: 9_700) == .resume)
        #expect(judge(data(), at: 9_699) == .refuse(.lineageExpired))
        #expect(judge(data(origin: .max)) == .refuse(.lineageExpired))
    }

    private func ticketSeconds(
        limit: Duration, keyLife: Duration?, lifetime: Duration = .seconds(1000), age: UInt64 = 0
    ) -> UInt32 {
        var policy = policy
        policy.lifetime = lifetime
        return policy.ticketSeconds(
            limit: limit, keyLife: keyLife, origin: WallTime(seconds: 5000), at: WallTime(seconds: 5000 + age)
        )
    }

    @Test func `a ticket lives no longer than the configuration allows`() {
        #expect(ticketSeconds(limit: .seconds(60), keyLife: .seconds(500)) == 60)
    }

    @Test func `a ticket lives no longer than its key`() {
        #expect(ticketSeconds(limit: .seconds(600), keyLife: .milliseconds(59_999)) == 59)
    }

    @Test func `a ticket lives no longer than its lineage`() {
        #expect(ticketSeconds(limit: .seconds(600), keyLife: nil, age: 990) == 10)
        #expect(ticketSeconds(limit: .seconds(600), keyLife: nil, age: 1000) == 0)
    }

    @Test func `a ticket lives no longer than seven days`() {
        #expect(ticketSeconds(limit: .seconds(1 << 40), keyLife: nil, lifetime: .seconds(1 << 40)) == 604_800)
    }

    @Test func `a negative duration is none`() {
        #expect(ticketSeconds(limit: .seconds(-5), keyLife: nil) == 0)
        #expect(ticketSeconds(limit: .seconds(60), keyLife: nil, lifetime: .seconds(-1)) == 0)
    }
}
