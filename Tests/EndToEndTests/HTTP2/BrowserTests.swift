internal import Foundation
internal import TestSupport
internal import Testing

/// What a browser makes of the gateway, and the gateway of it.
@Suite(.logOnFailure)
struct BrowserTests {
    private static let parts = 24

    /// A page that loads parts one after the other: each says who has answered it, and asks for the next. At the same time
    /// would not do: a request that Chromium is about to make on a connection fails if the goodbye comes in that moment, whoever
    /// says it. At the end stand the protocol of the page and, for every part, how it came.
    private static let page = """
        <html><body><p id="who"></p>\(element(0))<script>
        for (const entry of performance.getEntriesByType('navigation')) document.body.append(' page=' + entry.nextHopProtocol);
        for (const entry of performance.getEntriesByType('resource')) document.body.append(' part=' + entry.nextHopProtocol);
        </script></body></html>
        """

    private static func element(_ part: Int) -> String {
        part < parts ? "<script src=/part-\(part).js></script>" : ""
    }

    private static func script(_ path: String, _ number: Int) -> String {
        let part = path.dropFirst("/part-".count).prefix { $0 != "." }
        let next = Int(part).map { element($0 + 1) } ?? ""
        return """
            document.getElementById('who').append(' portal-\(number)');
            document.write('\(next.replacing("</", with: "<\\/"))');
            """
    }

    private func service(_ number: Int) throws -> RecordingUpstream {
        try RecordingUpstream { connection in
            while true {
                let request = try connection.readRequest()
                let type: String
                let body: String
                switch request.target {
                case "/": (type, body) = ("text/html", Self.page)
                case let path where path.hasPrefix("/part-"):
                    (type, body) = ("text/javascript", Self.script(path, number))
                default: (type, body) = ("text/plain", "")
                }
                let fields = "Content-Type: \(type)\r\nCache-Control: no-store\r\n"
                try connection.send(RecordingUpstream.response(body, fields: fields))
            }
        }
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
            let first = try Browser.load(gateway)
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

    @Test(
        .disabled(if: Sanitizer.isActive, "a browser gives up where everything takes so much longer"),
        arguments: [("[h2, http/1.1]", "HTTP/2.0"), ("[http/1.1]", "HTTP/1.1")])
    func `a page talks to a WebSocket of its owner, on a stream of its connection or after an upgrade`(
        protocols: String, version: String
    ) throws {
        let services = try WebSocketServices(3)
        try services.withListeners(listener: ["protocols": protocols]) { _, _, _, gateway in
            NamedService.waitForAll(3, gateway)
            let seen = try Browser.load(gateway, listener: 1)
            let names = (0..<3).map { "portal-\($0)" }
            let owner = try #require(names.first { seen.contains("socket=\($0)") }, "\(seen)")
            #expect(seen.contains(version == "HTTP/2.0" ? "page=h2" : "page=http/1.1"), "\(seen)")
            #expect(seen.components(separatedBy: " part=\(owner)").count - 1 == 6, "\(seen)")
            #expect(seen.components(separatedBy: " echo=true").count - 1 == 3, "\(seen)")
            #expect(seen.contains(" closed=4001,enough,true"), "\(seen)")

            // The page, what it asked for six times, what it held on to, its last word, and the WebSocket.
            let records = try gateway.accessRecords(10)
            #expect(Set(records.map { $0.text(AccessKey.instance) }) == ["\(owner)@test"])
            let socket = try #require(records.first { $0.text(AccessKey.path) == "/chat" })
            #expect(socket.text(AccessKey.protocolVersion) == version)
            #expect(socket.number(AccessKey.status) == (version == "HTTP/2.0" ? 200 : 101))
            #expect(socket.text(AccessKey.reason) == "pinned")
            // Only a connection's first request has had a handshake.
            #expect((socket.number(AccessKey.handshake) == 0) == (version == "HTTP/2.0"))
            #expect(socket.values[AccessKey.cutOff] == nil)
        }
    }
}
