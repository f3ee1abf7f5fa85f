import Platform
import TLS
import Testing

@Suite struct ServerContextTests {
    private func failure(_ certificate: String, _ key: String, now: WallTime? = nil) throws -> TLSError? {
        let settings = try Host.settings(certificate: certificate, key: key)
        do {
            _ = try ServerContext(settings, now: now ?? .now)
            return nil
        } catch {
            return error
        }
    }

    private func path(_ name: String) throws -> String {
        try Authority.shared.get().path(name)
    }

    @Test func `a key that belongs to another certificate is named with it`() throws {
        let error = try failure("chain.pem", "other.key")
        #expect(error == .keyMismatch(certificate: try path("chain.pem"), key: try path("other.key")))
        #expect(
            try failure("chain.pem", "rsa.key")
                == .keyMismatch(
                    certificate: try path("chain.pem"), key: try path("rsa.key")))
        #expect(error?.description.contains("does not belong") == true)
    }

    @Test(arguments: [
        ("none.pem", "ec.key", "none.pem", "No such file"),
        ("chain.pem", "none.key", "none.key", "No such file"),
        ("empty.pem", "ec.key", "empty.pem", "no certificate in PEM form"),
        ("text.pem", "ec.key", "text.pem", "no certificate in PEM form"),
        ("chain.pem", "text.pem", "text.pem", "no private key in PEM form"),
        ("chain.pem", "chain.pem", "chain.pem", "no private key in PEM form"),
        ("ec.key", "ec.key", "ec.key", "no certificate in PEM form"),
        ("chain.pem", "locked.key", "locked.key", "encrypted"),
        ("cut.pem", "ec.key", "cut.pem", "bad end line"),
        ("damaged.pem", "ec.key", "damaged.pem", "bad base64 decode"),
    ])
    func `a file that cannot be used is named with the cause`(
        _ certificate: String, _ key: String, _ file: String, _ cause: String
    ) throws {
        let error = try #require(try failure(certificate, key))
        guard case .file(let path, let text) = error else {
            Issue.record("\(error)")
            return
        }
        #expect(path.hasSuffix("/" + file))
        #expect(text.contains(cause), "\(text)")
    }

    @Test func `dates are judged by the moment that is given`() throws {
        let day: UInt64 = 86_400
        let late = try #require(
            try failure("chain.pem", "ec.key", now: WallTime(seconds: WallTime.now.seconds + 21 * day)))
        let early = try #require(
            try failure("chain.pem", "ec.key", now: WallTime(seconds: WallTime.now.seconds - day)))
        guard case .expired(try path("chain.pem"), _) = late,
            case .notYetValid(try path("chain.pem"), _) = early
        else {
            Issue.record("\(late), \(early)")
            return
        }
        #expect(late.description.contains("expired on"))
    }

    @Test func `a chain with a gap is refused`() throws {
        #expect(try failure("gap.pem", "ec.key") == .brokenChain(path: try path("gap.pem"), position: 0))
    }

    @Test func `two keys of a kind are refused`() throws {
        var settings = try Host.settings()
        settings.certificates += try Host.pair("other.pem", "other.key")
        #expect(
            throws: TLSError.duplicateKeyKind(first: try path("chain.pem"), second: try path("other.pem"))
        ) {
            try ServerContext(settings)
        }
    }

    @Test func `settings that cannot be are refused by name`() throws {
        let changes: [(String, (inout ServerSettings) -> Void)] = [
            ("ciphers", { $0.ciphers = "NO-SUCH-SUITE" }),
            ("cipher-suites", { $0.cipherSuites = "TLS_NOTHING" }),
            ("groups", { $0.groups = "P-256:nothing" }),
            ("minimum-version", { ($0.minimumVersion, $0.maximumVersion) = (.tls13, .tls12) }),
            ("session context", { $0.sessionContext = [] }),
            ("session context", { $0.sessionContext = Array(repeating: 1, count: 33) }),
            ("application protocols", { $0.applicationProtocols = [[]] }),
            ("application protocols", { $0.applicationProtocols = [Array(repeating: 65, count: 256)] }),
            ("certificates", { $0.certificates = [] }),
        ]
        for (name, change) in changes {
            var settings = try Host.settings()
            change(&settings)
            do {
                _ = try ServerContext(settings)
                Issue.record("\(name) was accepted")
            } catch {
                guard case .setting(name, _, _) = error else {
                    Issue.record("\(name): \(error)")
                    continue
                }
            }
        }
    }

    @Test func `a certificate tells its names, addresses, dates and kind`() throws {
        let summary = try CertificateSummary(path: try path("chain.pem"))
        #expect(summary.names == [Array("one.test".utf8), Array("*.wild.test".utf8)])
        #expect(summary.addresses == [[127, 0, 0, 1]])
        #expect(summary.keyKind == .ecdsa)
        #expect(summary.notBefore <= .now)
        #expect((19...20).contains(summary.notAfter.seconds(since: .now) / 86_400))
        #expect(try CertificateSummary(path: try path("rsa.pem")).keyKind == .rsa)
        let context = try Host.context()
        #expect(context.notAfter == summary.notAfter)
        #expect(context.certificates.first?.fingerprint == summary.fingerprint)
    }
}
