import Platform
import Testing

@Suite struct IPPrefixTests {
    private func contains(_ prefix: String, _ address: String) throws -> Bool {
        try #require(IPPrefix(prefix)).contains(try #require(IPAddress(address)))
    }

    @Test(
        arguments: [
            ("10.0.0.0/8", "10.255.1.2"), ("10.1.2.3/8", "10.9.9.9"), ("0.0.0.0/0", "203.0.113.9"),
            ("192.0.2.1", "192.0.2.1"), ("192.0.2.0/31", "192.0.2.1"), ("2001:db8::/32", "2001:db8:ffff::1"),
            ("::/0", "fe80::1"), ("2001:db8::/65", "2001:db8::7fff:0:0:1"), ("::1", "::1"),
            ("10.0.0.0/8", "::ffff:10.0.0.1"), ("::ffff:10.0.0.0/104", "10.1.2.3"),
            ("::ffff:0:0/96", "1.2.3.4"),
        ])
    func `an address within the range belongs to it`(prefix: String, address: String) throws {
        #expect(try contains(prefix, address))
    }

    @Test(
        arguments: [
            ("10.0.0.0/8", "11.0.0.0"), ("192.0.2.1", "192.0.2.2"), ("192.0.2.0/31", "192.0.2.2"),
            ("2001:db8::/32", "2001:db9::"), ("2001:db8::/65", "2001:db8::8000:0:0:1"),
            ("0.0.0.0/0", "::1"), ("::/0", "0.0.0.1"), ("::ffff:10.0.0.0/104", "11.0.0.0"),
        ])
    func `an address outside the range or of the other family does not`(prefix: String, address: String)
        throws
    {
        #expect(try !contains(prefix, address))
    }

    @Test(
        arguments: [
            "", "/", "/8", "10.0.0.0/", "10.0.0.0/33", "::/129", "10.0.0.0/-1", "10.0.0.0/+8", "10.0.0.0/8/8",
            "10.0.0.0/ 8", "10.0.0.0/8 ", "10.0.0.0/a", "10.0.0.0/99999999999999999999", "10.0.0/8",
            "10.0.0.0/٨", "::ffff:10.0.0.0/24", "::ffff:10.0.0.0/129",
        ])
    func `anything else is refused`(text: String) {
        #expect(IPPrefix(text) == nil)
    }

    @Test func `bits beyond the length are dropped`() throws {
        let prefix = try #require(IPPrefix("10.1.2.3/8"))
        #expect(prefix.description == "10.0.0.0/8")
        #expect(IPPrefix("10.9.9.9/8") == prefix)
    }

    @Test(arguments: [
        (-1, "::"), (0, "::"), (64, "ffff:ffff:ffff:ffff::"),
        (128, "ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff"),
        (999, "ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff"), (65, "ffff:ffff:ffff:ffff:8000::"),
    ])
    func `masking keeps the first bits`(length: Int, text: String) {
        let all = IPAddress(high: .max, low: .max, isIPv4: false)
        #expect(all.masked(to: length).description == text)
    }

    @Test func `a length that the family does not have is refused`() throws {
        let address = try #require(IPAddress("192.0.2.1"))
        #expect(IPPrefix(address, length: 33) == nil)
        #expect(IPPrefix(address, length: -1) == nil)
        #expect(IPPrefix(address, length: 32) != nil)
    }
}
