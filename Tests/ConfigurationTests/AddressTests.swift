import Configuration
import Platform
import Testing

@Suite
struct AddressTests {
    private func listener(_ address: String) throws -> EndpointAddress? {
        let text = "listeners: [{ address: \"\(address)\", mode: plain, redirect-to-https: true }]"
        return try Reading.value(text).listeners.first?.address
    }

    private func instance(_ address: String) throws -> EndpointAddress? {
        let text = """
            listeners: [{ address: "127.0.0.1:80", mode: plain }]
            services: { portal: { instances: [{ id: a@b, address: "\(address)" }] } }
            routes: [{ service: portal }]
            """
        return try Reading.value(text).services.first?.instances.first?.address
    }

    private func listenerProblems(_ address: String) -> [String] {
        Reading.problems("listeners: [{ address: \"\(address)\", mode: plain, redirect-to-https: true }]")
    }

    @Test
    func `a listener has an IP address, a path, a descriptor or a socket of systemd`() throws {
        #expect(try listener("0.0.0.0:443") == .socket(.ip(IPAddress(v4: 0), port: 443)))
        #expect(
            try listener("[::]:443") == .socket(.ip(IPAddress(high: 0, low: 0, isIPv4: false), port: 443)))
        #expect(try listener("127.0.0.1:0") == .socket(.ip(IPAddress(v4: 0x7f00_0001), port: 0)))
        #expect(try listener("unix:/run/limpet/web") == .socket(.unix(path: "/run/limpet/web")))
        #expect(try listener("fd:5") == .descriptor(5))
        #expect(try listener("systemd:limpet.socket") == .systemd("limpet.socket"))
    }

    @Test(arguments: [
        ("localhost:80", "must have an IP address rather than a name, as in 0.0.0.0:8443"),
        (":443", "must name an address: 0.0.0.0:PORT for IPv4, [::]:PORT for IPv6"),
        ("*:443", "must name an address: 0.0.0.0:PORT for IPv4, [::]:PORT for IPv6"),
        ("443", "must name an address: 0.0.0.0:PORT for IPv4, [::]:PORT for IPv6"),
        ("0.0.0.0", "must have a port, as in host:9001"),
        ("0.0.0.0:", "must have a port from 1 to 65535 behind its last colon"),
        ("0.0.0.0:65536", "must have a port from 1 to 65535 behind its last colon"),
        ("0.0.0.0:+80", "must have a port from 1 to 65535 behind its last colon"),
        ("0.0.0.0:http", "must have a port from 1 to 65535 behind its last colon"),
        ("::1:80", "must have an IPv6 address in brackets, as in [::1]:9001"),
        ("[::1:80", "must have an IPv6 address in brackets, as in [::1]:9001"),
        ("[]:80", "must have a host name or an IP address before its last colon"),
        ("[1.2.3.4]:80", "must have an IPv6 address between the brackets"),
        ("[fe80::1%eth0]:80", "must have an IPv6 address between the brackets"),
        ("256.0.0.1:80", "must have a host name or an IP address before its last colon"),
        ("1.2.3:80", "must have a host name or an IP address before its last colon"),
        ("fd:2", "must have a descriptor from 3 to 65535, as in fd:3"),
        ("fd:99999999999999999999", "must have a descriptor from 3 to 65535, as in fd:3"),
        ("systemd:", "must have the name of a socket unit's descriptor, as in systemd:https"),
        ("systemd:a:b", "must have the name of a socket unit's descriptor, as in systemd:https"),
        ("unix:", "must have some text"),
        ("", "must have a port, as in host:9001"),
    ])
    func `what is no address of a listener is refused`(address: String, condition: String) {
        #expect(listenerProblems(address) == ["1:24: 'address' \(condition), not '\(address)'"])
    }

    @Test
    func `a NUL within an address is refused`() {
        #expect(listenerProblems("127.0.0.1\\0:80").count == 1)
        #expect(listenerProblems("unix:/run/a\\0b").count == 1)
        #expect(
            Reading.problems("listeners: [{ address: 'fd:3', trusted-proxies: [\"127.0.0.1\\0\"] }]").contains
            {
                $0.hasPrefix("1:50: each entry of 'trusted-proxies' must be a range of addresses")
            })
    }

    @Test
    func `the path of a UNIX socket fits the kernel's limit`() throws {
        let longest = "/" + String(repeating: "x", count: 106)
        #expect(try listener("unix:\(longest)") == .socket(.unix(path: longest)))
        #expect(
            listenerProblems("unix:\(longest)x").first?.contains("must be a path of at most 107 bytes")
                == true)
    }

    @Test
    func `an instance has a name, an IP address or a path`() throws {
        #expect(try instance("Portal.Example:9001") == .name("portal.example", port: 9001))
        #expect(try instance("portal.example.:9001") == .name("portal.example.", port: 9001))
        #expect(try instance("my_service:9001") == .name("my_service", port: 9001))
        #expect(try instance("[2001:db8::1]:80")?.description == "[2001:db8::1]:80")
        #expect(try instance("unix:/run/portal") == .socket(.unix(path: "/run/portal")))
    }

    @Test(arguments: [
        "127.0.0.1:0", "-a:80", "a-:80", "a..b:80", ".:80", "a b:80", "ä:80", "systemd:a", "portal",
        "http://portal:80", "1.2.3.4.5:80", "a.1:80", String(repeating: "a", count: 64) + ":80",
    ])
    func `what is no address of an instance is refused`(address: String) {
        let text = "services: { portal: { instances: [{ id: a@b, address: \"\(address)\" }] } }"
        #expect(Reading.problems(text).contains { $0.hasPrefix("1:55: 'address' must have a") })
    }

    @Test
    func `addresses are written as they are read`() throws {
        for text in ["0.0.0.0:443", "[::1]:443", "unix:/run/a", "fd:5", "systemd:web"] {
            #expect(try listener(text)?.description == text)
        }
        #expect(try instance("portal.example:9001")?.description == "portal.example:9001")
    }

    @Test
    func `the address of administration and of DNS servers is an IP address`() throws {
        let configuration = try Reading.value(
            Reading.text(
                rest:
                    "resolver: { servers: [127.0.0.53, '[::1]:5353', '::1'] }\nadministration: { address: '[::1]:1' }"
            ))
        #expect(
            configuration.resolver.servers.map(\.description) == ["127.0.0.53:53", "[::1]:5353", "[::1]:53"])
        #expect(configuration.administration.address?.description == "[::1]:1")
        #expect(
            Reading.problems("administration: { address: 'localhost:1' }").contains(
                "1:28: 'address' must have an IP address rather than a name, not 'localhost:1'"))
    }
}
