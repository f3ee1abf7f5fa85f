import Affinity
import Platform
import TLS
import Testing

@Suite struct SourcePrefixTests {
    private let key = AuthenticationKey(bytes("a key of thirty-two bytes, enough").span)

    private func lineage(
        _ address: String, ipv4 bits: Int = 24, ipv6: Int = 64, key other: AuthenticationKey? = nil
    ) throws -> Lineage {
        let address = try #require(IPAddress(address))
        let authentication = try MessageAuthentication(key: other ?? key)
        return SourcePrefix(ipv4Bits: bits, ipv6Bits: ipv6).lineage(of: address, by: authentication)
    }

    @Test func `addresses of one prefix have one lineage`() throws {
        #expect(try lineage("192.0.2.1") == lineage("192.0.2.254"))
        #expect(try lineage("2001:db8::1") == lineage("2001:db8::ffff:1"))
    }

    @Test func `addresses of different prefixes have different lineages`() throws {
        #expect(try lineage("192.0.2.1") != lineage("192.0.3.1"))
        #expect(try lineage("2001:db8::1") != lineage("2001:db8:0:1::1"))
        #expect(try lineage("192.0.2.1", ipv4: 32) != lineage("192.0.2.2", ipv4: 32))
    }

    @Test func `families and lengths are told apart`() throws {
        #expect(try lineage("0.0.0.0", ipv4: 0) != lineage("::", ipv6: 0))
        #expect(try lineage("192.0.2.0", ipv4: 24) != lineage("192.0.2.0", ipv4: 32))
    }

    @Test func `another key gives another lineage and the same key the same`() throws {
        #expect(try lineage("192.0.2.1") != lineage("192.0.2.1", key: AuthenticationKey()))
        let same = AuthenticationKey(bytes("a key of thirty-two bytes, enough").span)
        #expect(try lineage("192.0.2.1") == lineage("192.0.2.1", key: same))
    }

    @Test func `lengths are clamped`() {
        let prefix = SourcePrefix(ipv4Bits: 99, ipv6Bits: -4)
        #expect(prefix.ipv4Bits == 32)
        #expect(prefix.ipv6Bits == 0)
    }
}
