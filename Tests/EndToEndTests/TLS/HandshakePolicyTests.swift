internal import TestSupport
internal import Testing

/// What the gateway agrees to in a handshake, and what it refuses.
@Suite(.logOnFailure)
struct HandshakePolicyTests {
    private static let suites = [
        "ECDHE-ECDSA-AES128-GCM-SHA256", "ECDHE-RSA-AES128-GCM-SHA256", "ECDHE-ECDSA-AES256-GCM-SHA384",
        "ECDHE-RSA-AES256-GCM-SHA384", "ECDHE-ECDSA-CHACHA20-POLY1305", "ECDHE-RSA-CHACHA20-POLY1305",
    ]
    private static let newSuites = [
        "TLS_AES_128_GCM_SHA256", "TLS_AES_256_GCM_SHA384", "TLS_CHACHA20_POLY1305_SHA256",
    ]
    /// Without forward secrecy, with CBC, with a shortened tag, anonymous, without a cipher, or of a group that the
    /// client chooses the size of.
    private static let others = [
        "AES128-GCM-SHA256", "AES256-GCM-SHA384", "AES128-SHA256", "AES128-SHA", "ECDHE-RSA-AES128-SHA256",
        "ECDHE-ECDSA-AES128-SHA256", "ECDHE-RSA-AES256-SHA384", "ECDHE-RSA-AES128-SHA",
        "ECDHE-ECDSA-AES128-CCM8",
        "ECDHE-ECDSA-CAMELLIA128-SHA256", "DHE-RSA-AES128-GCM-SHA256", "DHE-RSA-AES256-GCM-SHA384",
        "DHE-RSA-CHACHA20-POLY1305", "ADH-AES128-GCM-SHA256", "AECDH-AES128-SHA", "NULL-SHA256",
    ]

    @Test func `the intermediate suites are spoken, each with the certificate that it calls for`() throws {
        try withSecureGateway { client, _ in
            for suite in Self.suites {
                let said = try client.run(["-tls1_2", "-cipher", suite]).output
                #expect(said.contains("Cipher is \(suite)"), "\(suite)")
                #expect(said.contains("Verify return code: 0 (ok)"), "\(suite)")
            }
            for suite in Self.newSuites {
                let said = try client.run(["-tls1_3", "-ciphersuites", suite]).output
                #expect(said.contains("Cipher is \(suite)"), "\(suite)")
            }
        }
    }

    @Test func `other suites and older versions are refused with an alert`() throws {
        try withSecureGateway { client, _ in
            for suite in Self.others {
                let alert = try client.alert(["-tls1_2", "-cipher", "\(suite):@SECLEVEL=0"])
                #expect(alert == 40, "\(suite)")
            }
            let alert = try client.alert(["-tls1_3", "-ciphersuites", "TLS_AES_128_CCM_SHA256"])
            #expect(alert == 40)
            for version in ["-tls1", "-tls1_1"] {
                let alert = try client.alert([version, "-cipher", "ALL:@SECLEVEL=0"])
                #expect(alert == 70, "\(version)")
            }
        }
    }

    @Test(arguments: [("-tls1_2", "true"), ("-tls1_2", "false"), ("-tls1_3", "true"), ("-tls1_3", "false")])
    func `the order of suites is the server's or the client's, as configured`(version: String, ours: String)
        throws
    {
        try withSecureGateway(["server"], tls: "prefer-server-order: \(ours)") { client, _ in
            let wishes =
                version == "-tls1_2"
                ? ["-cipher", "ECDHE-ECDSA-AES256-GCM-SHA384:ECDHE-ECDSA-AES128-GCM-SHA256"]
                : ["-ciphersuites", "TLS_AES_256_GCM_SHA384:TLS_AES_128_GCM_SHA256"]
            let said = try client.run([version] + wishes).output
            let chosen = said.split(separator: "Cipher is ").dropFirst().first?.prefix { !$0.isNewline } ?? ""
            #expect(chosen.contains("128") == (ours == "true"), "\(chosen)")
        }
    }

    @Test func `a name that nobody has gets the first certificate, or the alert, as configured`() throws {
        try withSecureGateway(["server", "other"]) { client, _ in
            for name in ["nobody.example", "a.b.limpet.test", "test"] {
                let said = try client.run(["-servername", name]).output
                #expect(said.contains("subject=O = Limpet development, CN = limpet.test"), "\(name)")
            }
        }
        try withSecureGateway(["server", "other"], tls: "unknown-name: alert") { client, _ in
            for version in ["-tls1_2", "-tls1_3"] {
                for name in ["nobody.example", "a.b.limpet.test", "limpet.test.example"] {
                    let alert = try client.alert([version, "-servername", name])
                    #expect(alert == 112, "\(name)")
                }
            }
            for (name, subject) in [
                ("limpet.test", "limpet.test"), ("LIMPET.Test", "limpet.test"),
                ("any.limpet.test", "limpet.test"),
                ("other.test", "other.test"), ("www.other.test", "other.test"),
            ] {
                let said = try client.run(["-servername", name]).output
                #expect(said.contains("subject=O = Limpet development, CN = \(subject)"), "\(name)")
            }
            let nameless = try client.run(["-noservername"]).output
            #expect(nameless.contains("CN = limpet.test"), "who names nobody asks for nobody unknown")
        }
    }

    @Test func `protocols without one in common end with the alert, others choose ours`() throws {
        try withSecureGateway(["server"]) { client, _ in
            for version in ["-tls1_2", "-tls1_3"] {
                let alert = try client.alert([version, "-alpn", "spdy/3"])
                #expect(alert == 120)
                let inexact = try client.alert([version, "-alpn", "http/1.0,h3,HTTP/1.1"])
                #expect(inexact == 120, "names are exact")
                for (offered, chosen) in [
                    ("http/1.1", "http/1.1"), ("h2", "h2"), ("http/1.1,h2", "h2"),
                    ("spdy/3,http/1.1", "http/1.1"),
                ] {
                    let said = try client.run([version, "-alpn", offered]).output
                    #expect(said.contains("ALPN protocol: \(chosen)"), "\(offered)")
                }
                #expect(try client.run([version]).output.contains("No ALPN negotiated"))
            }
        }
        try withSecureGateway(["server"], listener: ["protocols": "[http/1.1]"]) { client, _ in
            let alert = try client.alert(["-alpn", "h2"])
            #expect(alert == 120)
        }
    }

    @Test func `nobody renegotiates, and nothing is compressed`() throws {
        try withSecureGateway(["server"]) { client, upstream in
            let said = try client.run(["-tls1_2", "-comp"], typing: #"R\nGET / HTTP/1.1\r\nHost: a\r\n\r\n"#)
            #expect(said.output.contains("RENEGOTIATING"))
            #expect(said.output.contains("no renegotiation"), "the gateway declines")
            #expect(said.ending == .exited(1), "the connection has ended")
            #expect(said.output.contains("Compression: NONE"))
            #expect(said.output.contains("Secure Renegotiation IS supported"))
            #expect(try client.visit("/next", session: "next", "-tls1_2").said.contains("GET /next"))
            #expect(upstream.requests.map(\.target) == ["/next"])
        }
    }
}
