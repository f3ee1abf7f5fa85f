import Platform
import Testing

@Suite struct SocketAddressTests {
    @Test(
        arguments: [
            "192.0.2.1:80", "0.0.0.0:0", "255.255.255.255:65535", "[::1]:443", "[2001:db8::1]:80",
            "unix:/run/a",
            "unix:relative", "unix:/path:with:colons",
        ])
    func `an address is read and written alike`(text: String) {
        #expect(SocketAddress(text)?.description == text)
    }

    @Test func `an address with a port has both`() throws {
        let address = try #require(SocketAddress("192.0.2.1:80"))
        #expect(address.ip == IPAddress("192.0.2.1"))
        #expect(address.port == 80)
    }

    @Test func `a path has neither address nor port`() throws {
        let address = try #require(SocketAddress("unix:/run/a"))
        #expect(address.ip == nil)
        #expect(address.port == nil)
    }

    @Test(
        arguments: [
            "", ":", ":80", "192.0.2.1", "192.0.2.1:", "192.0.2.1:65536", "192.0.2.1:-1", "192.0.2.1:+1",
            "192.0.2.1: 80",
            "192.0.2.1:80 ", "192.0.2.1:8O", "192.0.2.1:٨٠", "::1:80", "[::1]", "[::1]80", "[::1:80",
            "::1]:80", "[]:80",
            "[:80", "]:80", "[[::1]]:80", "[192.0.2.1]:80", "localhost:80", "192.0.2.1\0x:80", "[::1\0x]:80",
            "unix:",
            "unix:/a\0b", "UNIX:/a", "http://192.0.2.1:80",
        ])
    func `anything else is refused`(text: String) {
        #expect(SocketAddress(text) == nil)
    }

    @Test func `a path fits the kernel's limit`() {
        let longest = String(repeating: "p", count: SocketAddress.maximumPathBytes)
        #expect(SocketAddress("unix:\(longest)") != nil)
        #expect(SocketAddress("unix:\(longest)p") == nil)
    }

    @Test func `the length of a path counts bytes, not characters`() {
        #expect(SocketAddress("unix:" + String(repeating: "ä", count: 54)) == nil)
    }
}
