internal import Foundation
internal import TestSupport
internal import Testing

/// A browser without a window. It trusts the server's key alone, as if the authority were installed.
@Suite(.logOnFailure)
struct BrowserTests {
    private static let parts = 24

    /// A page that loads parts one after the other; each part says who has answered it. At the end stand the protocol
    /// of the page and, for every part, how it came.
    private static let page = """
        <html><body><p id="who"></p>\((0..<parts).map { "<script src=/part-\($0).js></script>" }.joined())<script>
        for (const entry of performance.getEntriesByType('navigation')) document.body.append(' page=' + entry.nextHopProtocol);
        for (const entry of performance.getEntriesByType('resource')) document.body.append(' part=' + entry.nextHopProtocol);
        </script></body></html>
        """

    private func service(_ number: Int) throws -> RecordingUpstream {
        try RecordingUpstream { connection in
            while true {
                let request = try connection.readRequest()
                let type: String
                let body: String
                switch request.target {
                case "/": (type, body) = ("text/html", Self.page)
                case let path where path.hasPrefix("/part-"):
                    (type, body) = (
                        "text/javascript", "document.getElementById('who').append(' portal-\(number)')"
                    )
                default: (type, body) = ("text/plain", "")
                }
                let fields = "Content-Type: \(type)\r\nCache-Control: no-store\r\n"
                try connection.send(RecordingUpstream.response(body, fields: fields))
            }
        }
    }

    /// What the page looks like when all has been loaded.
    private func load(_ gateway: GatewayProcess, profile: String) throws -> String {
        let folder = gateway.folder
        let digest =
            "openssl x509 -in \"$0\" -pubkey -noout | openssl pkey -pubin -outform der | openssl dgst -sha256 -binary"
        let key = try Command("bash", ["-c", "\(digest) | base64", folder.file("certs/server.pem")]).output
        let said = try Command(
            "chromium",
            [
                "--headless", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--no-first-run",
                "--disable-background-networking", "--disable-breakpad", "--disable-crash-reporter",
                "--user-data-dir=\(folder.file(profile))",
                "--ignore-certificate-errors-spki-list=\(key.split(separator: "\n").first ?? "")",
                "--dump-dom", "https://localhost:\(gateway.endpoints[0].port)/",
            ], until: Deadline(in: .seconds(90)))
        #expect(said.ending == .exited(0), "\(said.errors)")
        return said.output
    }

    @Test(.disabled(if: Sanitizer.isActive, "a browser gives up where everything takes so much longer"))
    func `a page and all its parts come from one owner, over as many connections as it takes`() throws {
        let upstreams = try (0..<3).map(service)
        let folder = try TemporaryFolder()
        try DevelopmentCertificates.copy(into: folder)
        // A connection ends after ten requests: the browser has to come again, with its session or its cookie.
        var configuration = GatewayConfiguration(
            upstreams: upstreams, sections: ["limits": "{ requests-per-connection: 10 }"])
        configuration.listeners = [.init(mode: "terminate")]
        configuration.sections["tls"] = SecureSection.text()
        try withGateway(configuration, folder: folder) { gateway in
            NamedService.waitForAll(3, gateway)
            let first = try load(gateway, profile: "first")
            let owners = (0..<3).filter { first.contains(" portal-\($0)") }
            #expect(owners.count == 1, "\(first)")
            #expect(first.components(separatedBy: " portal-").count - 1 == Self.parts, "\(first)")
            #expect(first.contains("page=h2"))
            #expect(first.components(separatedBy: " part=h2").count - 1 == Self.parts, "\(first)")

            let records = try gateway.accessRecords(Self.parts + 1)
            #expect(records.allSatisfy { $0.text(AccessKey.protocolVersion) == "HTTP/2.0" })
            #expect(
                Set(records.compactMap { $0.text(AccessKey.instance) }) == [
                    "portal-\(owners.first ?? 9)@test"
                ])
            #expect(Set(records.compactMap { $0.text(AccessKey.lineage) }).count == 1)
            #expect(records.contains { $0.text(AccessKey.resumption) != "none" }, "it has come again")
        }
        for upstream in upstreams { upstream.stop() }
    }
}
