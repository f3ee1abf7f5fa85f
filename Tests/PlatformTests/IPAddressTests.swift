import Platform
import Testing

@Suite struct IPAddressTests {
    @Test func `an IPv4 address is its 32 bits`() {
        let address = IPAddress("192.0.2.1")
        #expect(address == IPAddress(v4: 0xc000_0201))
        #expect(address?.isIPv4 == true)
    }

    @Test func `an IPv6 address is its 128 bits`() {
        let address = IPAddress("2001:db8::1")
        #expect(address == IPAddress(high: 0x2001_0db8_0000_0000, low: 1, isIPv4: false))
    }

    @Test func `an IPv4 address written within IPv6 is an IPv4 address`() {
        #expect(IPAddress("::ffff:192.0.2.1") == IPAddress("192.0.2.1"))
    }

    @Test func `the same bits in two families are two addresses`() {
        #expect(IPAddress("::1") != IPAddress("0.0.0.1"))
    }

    @Test(
        arguments: [
            "", " ", "1.2.3", "1.2.3.4.5", "1.2.3.256", "1.2.3.-4", "01.2.3.4", "1.2.3.4 ", " 1.2.3.4",
            "1.2.3.4\n",
            "1.2.3.4\0", "1.2.3.4\0junk", "::1\0", "a.b.c.d", "localhost", ":", ":::", "1::2::3", "12345::",
            "fe80::1%lo",
            "[::1]", "::1/64", "1.2.3.4:80", "0x7f.0.0.1", "2130706433", "1:2:3:4:5:6:7:8:9",
        ])
    func `anything else is refused`(text: String) {
        #expect(IPAddress(text) == nil)
    }

    @Test(arguments: [
        "0.0.0.0", "127.0.0.1", "255.255.255.255", "::", "::1", "2001:db8::8:800:200c:417a", "fe80::1",
    ])
    func `the text form is read back`(text: String) {
        #expect(IPAddress(text)?.description == text)
    }
}
