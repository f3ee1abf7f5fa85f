import Configuration
import Testing

@Suite
struct TLSConfigurationTests {
    /// A gateway that terminates TLS, with more keys in its section `tls`.
    private func text(_ keys: String, rest: String = "") -> String {
        """
        tls:
          certificates: [{ certificate: /c.pem, key: /k.pem }]
          \(keys)
        \(Reading.text(listener: "mode: terminate", rest: rest))
        """
    }

    @Test
    func `every key of TLS is read`() throws {
        let tls = try Reading.value(
            text(
                """
                minimum-version: 1.3
                  maximum-version: "1.3"
                  ciphers: ECDHE+AESGCM:!aNULL
                  cipher-suites: TLS_AES_128_GCM_SHA256
                  groups: X25519:P-256
                  prefer-server-order: true
                  unknown-name: alert
                  resumption: off
                  ticket-keys: { rotate: 1h, keep: 5, state: /k/state, seal: /m }
                  session-cache: { sessions: 10, memory: 1MiB }
                  ticket-lifetime: 30m
                  epoch: 4294967295
                """)
        ).tls
        var expected = TLSConfiguration()
        expected.minimumVersion = .tls13
        expected.ciphers = "ECDHE+AESGCM:!aNULL"
        expected.cipherSuites = "TLS_AES_128_GCM_SHA256"
        expected.groups = "X25519:P-256"
        expected.prefersServerOrder = true
        expected.certificates = [CertificateConfiguration(certificate: "/c.pem", key: "/k.pem")]
        expected.unknownName = .alert
        expected.resumption = .off
        expected.ticketKeys.rotate = .seconds(3600)
        expected.ticketKeys.keep = 5
        expected.ticketKeys.state = "/k/state"
        expected.ticketKeys.seal = "/m"
        expected.sessionCache.sessions = 10
        expected.sessionCache.memoryBytes = 1 << 20
        expected.ticketLifetime = .seconds(1800)
        expected.epoch = .max
        #expect(tls == expected)
    }

    @Test
    func `a listener that terminates TLS needs a certificate`() {
        let sentence =
            "a listener that terminates TLS needs certificates: add 'tls.certificates' or say 'mode: plain'"
        #expect(Reading.problems(Reading.text(listener: "mode: terminate")) == ["2:14: \(sentence)"])
        #expect(
            Reading.problems("tls: { certificates: [] }\n" + Reading.text(listener: "backlog: 1"))
                == ["3:14: \(sentence)"])
    }

    @Test
    func `a certificate needs its key`() {
        #expect(
            Reading.problems("tls: { certificates: [{ certificate: a.pem }, { key: b }] }").prefix(2) == [
                "1:1: 'listeners' needs at least one listener",
                "1:23: 'tls.certificates[0]' needs the key 'key'",
            ])
    }

    @Test
    func `a certificate may be told its names`() throws {
        let named =
            "tls: { certificates: [{ certificate: /c, key: /k, names: [A.example, '*.b.example', '::1'] }] }"
        let value = try Reading.value(named + "\n" + Reading.text(listener: "mode: terminate"))
        #expect(value.tls.certificates.first?.names == ["a.example", "*.b.example", "::1"])
        for name in ["*", "a.*.example", "*.", "a b", "https://a", "a:443", "", "ä.example"] {
            #expect(
                Reading.problems(
                    "tls: { certificates: [{ certificate: /c, key: /k, names: [\"\(name)\"] }] }"
                )
                .contains(
                    "1:59: each entry of 'names' must be a DNS name, such as www.example.com or *.example.com, or an IP address, not '\(name)'"
                ))
        }
    }

    @Test
    func `versions are in order`() {
        #expect(
            Reading.problems(text("minimum-version: 1.3\n  maximum-version: 1.2")) == [
                "3:20: 'minimum-version' 1.3 is above 'maximum-version' 1.2"
            ])
        #expect(
            Reading.problems(text("minimum-version: 1.1")) == [
                "3:20: 'minimum-version' must be 1.2 or 1.3, not '1.1'; did you mean '1.2'?"
            ])
    }

    @Test
    func `lists for the cryptography library have its alphabet`() {
        for key in ["ciphers", "cipher-suites", "groups"] {
            #expect(
                Reading.problems(text("\(key): \"a;b\"")) == [
                    "3:\(key.count + 5): '\(key)' must be names with colons between them, not 'a;b'"
                ])
        }
    }

    @Test
    func `the lifetime of tickets is cut to half the life of a key`() throws {
        let value = try Reading.value(text("ticket-lifetime: 4h\n  ticket-keys: { rotate: 1h, keep: 3 }"))
        #expect(value.tls.ticketKeys.life == .seconds(4 * 3600))
        #expect(value.tls.ticketLifetime == .seconds(2 * 3600))
        #expect(
            value.warnings.map(\.description) == [
                "test.yaml:3:20: 'ticket-lifetime' is cut to 2h, half the life of a ticket key"
            ])
    }

    @Test
    func `the lifetime of tickets is cut to that of a lineage`() throws {
        let value = try Reading.value(text("ticket-lifetime: 4h", rest: "affinity: { lifetime: 1h }"))
        #expect(value.tls.ticketLifetime == .seconds(3600))
        #expect(
            value.warnings.map(\.description) == [
                "test.yaml:3:20: 'ticket-lifetime' is cut to 1h, 'affinity.lifetime'"
            ])
    }

    @Test
    func `the default lifetime of tickets is cut silently`() throws {
        let value = try Reading.value(text("ticket-keys: { rotate: 1s, keep: 1 }"))
        #expect(value.tls.ticketLifetime == .seconds(1))
        #expect(value.warnings.isEmpty)
    }

    @Test
    func `tickets live seven days at most`() {
        #expect(
            Reading.problems(text("ticket-lifetime: 8d")) == [
                "3:20: 'ticket-lifetime' must be from 1s to 7d, not '8d'"
            ])
    }

    @Test
    func `an epoch fits 32 bits`() {
        #expect(
            Reading.problems(text("epoch: 4294967296")) == [
                "3:10: 'epoch' must be from 0 to 4294967295, not '4294967296'"
            ])
    }

    @Test
    func `TLS that no listener speaks is worth a warning`() throws {
        #expect(
            try Reading.warnings(Reading.text(rest: "tls: { epoch: 1 }")) == [
                "14:6: 'tls' has no effect: no listener terminates TLS"
            ])
    }
}
