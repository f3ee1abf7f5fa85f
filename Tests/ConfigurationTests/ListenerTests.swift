import Configuration
import Platform
import Testing

@Suite
struct ListenerTests {
    private func listener(_ keys: String) throws -> ListenerConfiguration? {
        try Reading.value(Reading.text(listener: "mode: plain\n    \(keys)")).listeners.first
    }

    @Test
    func `a listener has limits of its own`() throws {
        let listener = try #require(
            try listener("backlog: 128\n    connections: 10\n    connections-per-source: 2"))
        #expect(listener.backlog == 128)
        #expect(listener.connections == 10)
        #expect(listener.connectionsPerSource == 2)
    }

    @Test
    func `prefixes are read for the PROXY protocol and for trusted proxies`() throws {
        let listener = try #require(
            try listener("proxy-protocol: { from: [10.0.0.0/8, '::1'] }\n    trusted-proxies: [192.0.2.7]"))
        #expect(listener.proxyProtocolSources.map(\.description) == ["10.0.0.0/8", "::1/128"])
        #expect(listener.trustedProxies.map(\.description) == ["192.0.2.7/32"])
    }

    @Test(arguments: [
        "10.0.0.0/33", "10.0.0/8", "::/129", "localhost", "10.0.0.0/", "10.0.0.0/-1", "10.0.0.0/+8", "",
    ])
    func `what is no prefix is refused`(prefix: String) {
        #expect(
            Reading.problems(Reading.text(listener: "mode: plain\n    trusted-proxies: [\"\(prefix)\"]")) == [
                "4:23: each entry of 'trusted-proxies' must be a range of addresses such as 10.0.0.0/8 or 2001:db8::/32, not '\(prefix)'"
            ])
    }

    @Test
    func `the PROXY protocol needs sources`() {
        let sentence = "'proxy-protocol' needs 'from', a list of the addresses it is spoken from"
        #expect(
            Reading.problems(Reading.text(listener: "mode: plain\n    proxy-protocol: {}")) == [
                "4:21: \(sentence)"
            ])
        #expect(
            Reading.problems(Reading.text(listener: "mode: plain\n    proxy-protocol: { from: [] }"))
                == ["4:29: \(sentence)"])
    }

    @Test
    func `passthrough is refused until it is built`() {
        #expect(
            Reading.problems(Reading.text(listener: "mode: passthrough")).first
                == "3:11: 'mode: passthrough' is not built yet: use 'terminate' or 'plain'")
        #expect(
            Reading.problems(Reading.text(listener: "mode: tls")).first
                == "3:11: 'mode' must be terminate or plain, not 'tls'")
    }

    @Test
    func `the same address twice is refused`() {
        let text = """
            listeners:
              - { address: "127.0.0.1:80", mode: plain, redirect-to-https: true }
              - { address: "[::1]:80", mode: plain, redirect-to-https: true }
              - { address: "127.0.0.1:80", mode: plain, redirect-to-https: true }
              - { address: "fd:3", mode: plain, redirect-to-https: true }
              - { address: "fd:3", mode: plain, redirect-to-https: true }
            """
        #expect(
            Reading.problems(text) == [
                "4:16: the address 127.0.0.1:80 is listened on already at 2:16",
                "6:16: the address fd:3 is listened on already at 5:16",
            ])
    }

    @Test
    func `any number of listeners may ask for a free port`() throws {
        let text = """
            listeners:
              - { address: "127.0.0.1:0", mode: plain, redirect-to-https: true }
              - { address: "127.0.0.1:0", mode: plain, redirect-to-https: true }
            """
        #expect(try Reading.value(text).listeners.count == 2)
    }

    @Test
    func `a listener without an address is refused`() {
        #expect(
            Reading.problems("listeners: [{ mode: plain, redirect-to-https: true }]") == [
                "1:13: 'listeners[0]' needs the key 'address'"
            ])
    }

    @Test
    func `a redirect has a port and a status`() throws {
        let redirect = try listener("redirect-to-https: { port: 8443, status: 301 }")?.redirect
        #expect(redirect?.port == 8443)
        #expect(redirect?.status == 301)
        #expect(try listener("redirect-to-https: true")?.redirect == RedirectConfiguration())
        #expect(try listener("redirect-to-https: false")?.redirect == nil)
        for status in ["302", "307", "200"] {
            let problems = Reading.problems(
                Reading.text(listener: "mode: plain\n    redirect-to-https: { status: \(status) }"))
            #expect(problems == ["4:34: 'status' must be 301 or 308, not '\(status)'"])
        }
    }

    @Test
    func `only plain listeners redirect to HTTPS`() {
        let text = """
            listeners: [{ address: "127.0.0.1:80", redirect-to-https: true }]
            tls: { certificates: [{ certificate: a, key: b }] }
            """
        #expect(
            Reading.problems(text) == [
                "1:59: 'redirect-to-https' needs 'mode: plain': this listener speaks TLS already"
            ])
    }

    @Test
    func `permissions are octal and for UNIX sockets only`() throws {
        let text = """
            listeners:
              - { address: "unix:/run/a", mode: plain, redirect-to-https: true, permissions: "0660" }
            """
        #expect(try Reading.value(text).listeners.first?.permissions == 0o660)
        #expect(
            Reading.problems(Reading.text(listener: "mode: plain\n    permissions: 660")) == [
                "4:18: 'permissions' means something only for an address 'unix:PATH'"
            ])
        for wrong in ["0990", "07777", "rw", "1000", "-644", "+644"] {
            #expect(
                Reading.problems(Reading.text(listener: "mode: plain\n    permissions: \"\(wrong)\""))
                    .contains(
                        "4:18: 'permissions' must be three or four octal digits such as 0660, not '\(wrong)'")
            )
        }
    }
}
