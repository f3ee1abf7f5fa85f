import Affinity
import TestSupport
import Testing

@Suite struct WordTests {
    @Test func `reasons keep their words and numbers`() {
        let words = Reason.allCases.map { "\($0.rawValue) \($0.name)" }
        #expect(
            words == [
                "0 pinned", "1 new", "2 rebalanced", "3 owner-down", "4 owner-start-timeout",
                "5 owner-drained",
                "6 owner-disabled", "7 unknown-ticket-key", "8 lineage-expired", "9 policy-changed",
                "10 no-association",
            ])
    }

    @Test func `kinds of association have the words of the configuration`() {
        #expect(
            AssociationKind.allCases.map { "\($0.name)" } == [
                "tls-session", "client-certificate", "cookie", "source",
            ])
    }

    @Test func `a lineage is written as 32 hexadecimal digits`() {
        let lineage = Lineage(high: 0x0123_4567_89ab_cdef, low: 0xfedc_ba98_7654_3210)
        #expect(lineage.description == "0123456789abcdeffedcba9876543210")
    }

    @Test func `a lineage is read from sixteen bytes and not from fewer`() {
        let bytes = (1...16).map { UInt8($0) }
        let whole = Lineage(bytes.span)
        let short = Lineage(bytes.span.extracting(first: 15))
        #expect(whole == Lineage(high: 0x0102_0304_0506_0708, low: 0x090a_0b0c_0d0e_0f10))
        #expect(short == nil)
    }

    @Test func `hexadecimal digits are not written where there is no room`() {
        let short = [UInt8](capacity: 31) { Lineage.sample(1).appendHexadecimal(to: &$0) }
        #expect(short.isEmpty)
    }

    @Test func `names have the same numbers everywhere`() {
        // printf '\1portal' | sha256sum; printf '\2portal-1@a' | sha256sum
        #expect(ServiceKey(name: "portal").rawValue == 0xa0ae_ac8c_ad1d_062f)
        #expect(InstanceKey(identity: "portal-1@a").rawValue == 0x3e35_ff8a_4b0e_7a56)
    }

    @Test func `a name has another number for another kind`() {
        let kinds: [StableHash.Kind] = [.service, .instance, .virtualHost, .policy]
        #expect(Set(kinds.map { StableHash.number(of: "a", kind: $0) }).count == kinds.count)
    }
}
