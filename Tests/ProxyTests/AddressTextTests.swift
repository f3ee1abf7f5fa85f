import Platform
import Runtime
import Testing

@testable import Proxy

@Suite struct AddressTextTests {
    private func written(_ text: String) -> String? {
        IPAddress(text).map { address in ByteBuffer.text { AddressText.write(address, into: $0) } }
    }

    @Test(arguments: ["0.0.0.0", "127.0.0.1", "255.255.255.255", "10.200.30.4", "1.2.3.4"])
    func `an IPv4 address is written with dots`(address: String) {
        #expect(written(address) == address)
    }

    @Test(arguments: [
        ("::", "::"), ("::1", "::1"), ("1::", "1::"), ("2001:db8::1", "2001:db8::1"),
        // RFC 5952 section 4.1: no leading zeros.
        ("2001:0db8:0001:0002:0003:0004:0005:0006", "2001:db8:1:2:3:4:5:6"),
        // Section 4.2.1: as short as possible; 4.2.2: one group alone is not left out.
        ("2001:db8:0:0:0:0:2:1", "2001:db8::2:1"), ("2001:db8:0:1:1:1:1:1", "2001:db8:0:1:1:1:1:1"),
        // Section 4.2.3: the longest run, and the first of two that are equally long.
        ("2001:0:0:1:0:0:0:1", "2001:0:0:1::1"), ("2001:db8:0:0:1:0:0:1", "2001:db8::1:0:0:1"),
        ("0:0:1:0:0:0:0:0", "0:0:1::"), ("0:0:0:1:0:0:0:0", "0:0:0:1::"),
        // Section 4.3: lower case.
        ("2001:DB8::ABCD", "2001:db8::abcd"), ("fe80::1:2:3:4", "fe80::1:2:3:4"),
        ("1:2:3:4:5:6:7:8", "1:2:3:4:5:6:7:8"), ("0:2:3:4:5:6:7:0", "0:2:3:4:5:6:7:0"),
    ])
    func `an IPv6 address is written in its canonical form`(address: String, text: String) {
        #expect(written(address) == text)
    }

    @Test func `an IPv6 address that is an IPv4 one in disguise is written as that`() {
        #expect(written("::ffff:192.0.2.1") == "192.0.2.1")
    }
}
