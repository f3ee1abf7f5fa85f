import Platform
import TLS
import Testing

@Suite struct HandshakeTests {
    @Test(arguments: TLSVersion.allCases)
    func `bytes travel both ways`(_ version: TLSVersion) throws {
        var settings = try Host.clientSettings()
        settings.maximumVersion = version
        let pair = try Pair(try Host.context(), client: settings)
        try pair.handshake()
        #expect(pair.server.version == version)
        #expect(pair.server.serverName == Array("one.test".utf8))
        #expect(try pair.send([1, 2, 3], from: pair.client, to: pair.server) == [1, 2, 3])
        #expect(try pair.send([4, 5], from: pair.server, to: pair.client) == [4, 5])
        #expect(pair.server.cipherNumber != 0)
        let name = pair.server.withCipherName { name in name.indices.map { name[$0] } }
        #expect(String(decoding: name, as: UTF8.self).hasPrefix("TLS_"))
    }

    @Test func `a server without a delegate resumes by sealed tickets`() throws {
        let context = try Host.context()
        let pair = try Pair(context, nil)
        try pair.handshake()
        let session = try #require(try pair.exchange())
        let second = try Pair(context, nil, resuming: session)
        try second.handshake()
        #expect(second.server.resumptionKind == .stateless13)
    }

    // MARK: Names

    @Test func `the delegate gets the name in lower case and chooses`() throws {
        let keeper = Keeper()
        let other = try Host.context("two") {
            $0.certificates = try Host.pair("other.pem", "other.key")
        }
        keeper.contexts = [Array("two.test".utf8): other]
        let pair = try Pair(try Host.context(), keeper, name: "TWO.test")
        // The client verifies the name against the chosen certificate.
        try pair.handshake()
        #expect(keeper.names == [Array("two.test".utf8)])
        #expect(pair.server.context === other)
    }

    @Test func `a client without a name is told apart`() throws {
        let keeper = Keeper()
        let pair = try Pair(try Host.context(), keeper, name: nil)
        try pair.handshake()
        #expect(keeper.names == [nil])
        #expect(pair.server.serverName.isEmpty)
    }

    @Test(arguments: TLSVersion.allCases)
    func `a refused name ends with unrecognized_name`(_ version: TLSVersion) throws {
        let keeper = Keeper()
        keeper.refusesUnknownNames = true
        var settings = try Host.clientSettings()
        settings.maximumVersion = version
        let failures = try Pair(try Host.context(), keeper, client: settings).failingHandshake()
        #expect(failures.server?.kind == .unrecognizedName)
        #expect(failures.client?.alert == 112)
    }

    @Test func `the chosen virtual host's versions, suites, groups and order count`() throws {
        let keeper = Keeper()
        let chosen = try Host.context("two") {
            $0.maximumVersion = .tls12
            $0.ciphers = "ECDHE-ECDSA-AES256-GCM-SHA384"
            $0.cipherSuites = "TLS_AES_256_GCM_SHA384"
            $0.groups = "P-384"
            $0.prefersServerOrder = true
        }
        keeper.contexts = [Array("one.test".utf8): chosen]
        let pair = try Pair(try Host.context("base"), keeper)
        try pair.handshake()
        #expect(pair.server.version == .tls12)
        #expect(pair.server.cipherNumber == 0xc02c)
    }

    // MARK: Application protocols

    @Test(arguments: TLSVersion.allCases)
    func `the first of our protocols that the client has is chosen`(_ version: TLSVersion) throws {
        var settings = try Host.clientSettings()
        settings.maximumVersion = version
        settings.applicationProtocols = [Array("h2".utf8), Array("http/1.0".utf8), Array("http/1.1".utf8)]
        let context = try Host.context {
            $0.applicationProtocols = [Array("http/1.1".utf8), Array("http/1.0".utf8)]
        }
        let pair = try Pair(context, client: settings)
        try pair.handshake()
        #expect(pair.server.applicationProtocol == Array("http/1.1".utf8))
        #expect(pair.client.applicationProtocol == Array("http/1.1".utf8))
    }

    @Test func `no protocol in common ends with no_application_protocol`() throws {
        var settings = try Host.clientSettings()
        settings.applicationProtocols = [Array("h2".utf8)]
        let context = try Host.context { $0.applicationProtocols = [Array("http/1.1".utf8)] }
        let failures = try Pair(context, client: settings).failingHandshake()
        #expect(failures.server?.kind == .noCommonApplicationProtocol)
        #expect(failures.client?.alert == 120)
    }

    @Test func `a client that offers no protocol is served`() throws {
        let context = try Host.context { $0.applicationProtocols = [Array("http/1.1".utf8)] }
        let pair = try Pair(context)
        try pair.handshake()
        #expect(pair.server.applicationProtocol.isEmpty)
    }

    // MARK: Certificates

    @Test(arguments: TLSVersion.allCases)
    func `a client knows which kinds of keys it has met and can ask for one by its signature algorithms`(
        _ version: TLSVersion
    ) throws {
        let context = try Host.context {
            $0.certificates = try Host.pair("rsa.pem", "rsa.key") + Host.pair("chain.pem", "ec.key")
            $0.groups = "X25519"
        }
        for (signatures, kind) in [(nil, "EC"), ("rsa_pss_rsae_sha256:RSA+SHA256", "RSA")] {
            var settings = try Host.clientSettings()
            settings.maximumVersion = version
            settings.signatureAlgorithms = signatures
            let pair = try Pair(context, client: settings)
            #expect(pair.client.keyExchangeKind == nil)
            try pair.handshake()
            #expect(pair.client.serverKeyKind == kind)
            #expect(pair.client.keyExchangeKind == "X25519")
        }
        var settings = try Host.clientSettings()
        settings.groups = "P-384"
        let curve = try Pair(try Host.context(), client: settings)
        try curve.handshake()
        #expect(curve.client.keyExchangeKind == "EC")
    }

    @Test func `a client's signature algorithms and groups that do not exist are refused`() throws {
        var settings = try Host.clientSettings()
        settings.signatureAlgorithms = "no-such-thing"
        #expect(throws: TLSError.self) { _ = try ClientContext(settings) }
        settings.signatureAlgorithms = nil
        settings.groups = "no-such-thing"
        #expect(throws: TLSError.self) { _ = try ClientContext(settings) }
    }

    @Test func `ECDSA and RSA stand side by side`() throws {
        let context = try Host.context {
            $0.certificates = try Host.pair("rsa.pem", "rsa.key") + Host.pair("chain.pem", "ec.key")
        }
        for (ciphers, number) in [
            ("ECDHE-RSA-AES128-GCM-SHA256", 0xc02f), ("ECDHE-ECDSA-AES128-GCM-SHA256", 0xc02b),
        ] {
            var settings = try Host.clientSettings()
            settings.maximumVersion = .tls12
            settings.ciphers = ciphers
            let pair = try Pair(context, client: settings)
            try pair.handshake()
            #expect(Int(pair.server.cipherNumber) == number)
        }
    }

    @Test func `a client refuses another name and an unknown authority`() throws {
        let wrongName = try Pair(try Host.context(), name: "three.test").failingHandshake()
        #expect(wrongName.client?.kind == .badCertificate)
        #expect(wrongName.server?.kind == .peerAlert)
        var settings = try Host.clientSettings()
        settings.authorities = try Authority.shared.get().path("other.pem")
        let unknown = try Pair(try Host.context(), client: settings).failingHandshake()
        #expect(unknown.client?.kind == .badCertificate)
        settings.verifiesServer = false
        try Pair(try Host.context(), client: settings, name: "three.test").handshake()
    }

    @Test(arguments: [("partial", "pa.test"), ("one.test", "one.test")])
    func `a name counts as an alternative one alone, and a wildcard for a whole label`(
        certificate: String, name: String
    ) throws {
        let context = try Host.context {
            $0.certificates = try Host.pair("\(certificate).pem", "\(certificate).key")
        }
        let failures = try Pair(context, name: name).failingHandshake()
        #expect(failures.client?.kind == .badCertificate)
        #expect(failures.client?.isVerdict == true)
    }

    @Test(arguments: TLSVersion.allCases)
    func `a client that needs a protocol refuses a server that agrees on none`(version: TLSVersion) throws {
        var settings = try Host.clientSettings()
        settings.maximumVersion = version
        settings.applicationProtocols = [Array("h2".utf8)]
        settings.needsApplicationProtocol = true
        let failure = try Pair(try Host.context(), client: settings).failingHandshake().client
        #expect(failure?.kind == .noCommonApplicationProtocol)
        #expect(failure?.isVerdict == true)
        #expect(failure?.description == "no application protocol was agreed on")
        let context = try Host.context { $0.applicationProtocols = [Array("h2".utf8)] }
        let pair = try Pair(context, client: settings)
        try pair.handshake()
        #expect(pair.client.applicationProtocol == Array("h2".utf8))
    }

    @Test func `no version in common, no suite in common`() throws {
        var settings = try Host.clientSettings()
        settings.maximumVersion = .tls12
        let version = try Pair(try Host.context { $0.minimumVersion = .tls13 }, client: settings)
            .failingHandshake()
        #expect(version.server?.kind == .noCommonVersion)
        #expect(version.client?.alert == 70)
        settings.ciphers = "ECDHE-RSA-AES128-GCM-SHA256"
        let suite = try Pair(try Host.context(), client: settings).failingHandshake()
        #expect(suite.server?.kind == .noCommonCipher)
        #expect(suite.client?.alert == 40)
    }
}
