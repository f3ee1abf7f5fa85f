internal import Demonstration
internal import Foundation
internal import TestSupport
internal import Testing

/// Nothing is lost silently: why a request has no owner any more stands in the access log.
@Suite(.logOnFailure) struct ReasonTests {
    @Test(arguments: [ClientKind.sessionID12, .stateful13])
    func `a session that the cache has lost`(kind: ClientKind) throws {
        let plan = StagePlan(kind).with { $0.tls["session-cache"] = "{ sessions: 1 }" }
        try withStage(plan) { stage in
            let client = try stage.settled(kind, 2)[0]
            try expect("no-association", client, on: stage)
        }
    }

    @Test(arguments: ClientKind.allCases)
    func `a session that another gateway has made, or this one in an earlier life`(kind: ClientKind) throws {
        try withStage(StagePlan(kind)) { before in
            let client = try before.settled(kind, 1)[0]
            try withStage(StagePlan(kind)) { stage in
                client.target = stage.target
                let isTicket = kind == .ticket12 || kind == .stateless13
                try expect(isTicket ? "unknown-ticket-key" : "no-association", client, on: stage)
            }
        }
    }

    @Test(arguments: [ClientKind.sessionID12, .ticket12])
    func `who comes for the first time is new, and has lost nothing`(kind: ClientKind) throws {
        try withStage(StagePlan(kind)) { stage in
            let client = try stage.clients(kind, 1)[0]
            let outcome = try client.visit(on: stage.loop)
            #expect(try stage.line(of: outcome.record.answers.first).text(AccessKey.reason) == "new")
        }
    }

    @Test func `an owner whose time to drain is over`() throws {
        try withStage(StagePlan().with { $0.service["drain"] = "0s" }) { stage in
            let client = try stage.settled(.stateless13, 1)[0]
            let owner = try #require(client.owner())
            try stage.reload { $0.states[owner] = "draining" }
            let outcome = try client.visit(on: stage.loop)
            #expect(outcome.succeeded && outcome.moves.count == 1, "\(outcome)")
            let line = try stage.line(of: outcome.record.answers.first)
            #expect(line.text(AccessKey.reason) == "owner-drained")
        }
    }

    @Test func `a session that must not go on, at a service that it had no owner at`() throws {
        try withPathStage { stage in
            _ = try stage.client.visit("/one", session: "session")
            try stage.reload { $0.sections["tls"] = SecureSection.text(more: "epoch: 1") }
            #expect(try !stage.client.visit("/two", session: "session").isResumed)
            #expect(try stage.line(of: "/two").text(AccessKey.reason) == "policy-changed")
        }
    }

    @Test func `a lineage at its end, at a service that it had no owner at`() throws {
        try withPathStage(affinity: "{ by: [tls-session], lifetime: 2s }") { stage in
            _ = try stage.client.visit("/one", session: "session")
            var attempts = 0
            let isOver = try Deadline().poll(every: .milliseconds(200)) {
                attempts += 1
                try stage.copy("session", to: "attempt-\(attempts)")
                return try !stage.client.visit("/one", session: "attempt-\(attempts)").isResumed
            }
            #expect(isOver)
            #expect(try !stage.client.visit("/two", session: "session").isResumed)
            #expect(try stage.line(of: "/two").text(AccessKey.reason) == "lineage-expired")
        }
    }

    @Test(arguments: ["terminate", "plain"])
    func `a cookie with a seal that is not ours`(mode: String) throws {
        let upstream = try RecordingUpstream.answering()
        let folder = try TemporaryFolder()
        try DevelopmentCertificates.copy(into: folder)
        var configuration = GatewayConfiguration(
            upstreams: [upstream],
            sections: [
                "affinity": "{ by: [tls-session, cookie], cookie: { name: limpet } }",
                "tls": SecureSection.text(),
            ])
        configuration.listeners = [.init(mode: mode)]
        try withGateway(configuration, folder: folder) { gateway in
            let url = "\(mode == "plain" ? "http" : "https")://\(gateway.endpoints[0].text)"
            for (path, fields) in [("/new", []), ("/foreign", ["-H", "Cookie: limpet=AAAA"])] {
                let curl = try Command("curl", ["-sSk", "--max-time", "10", url + path] + fields)
                #expect(curl.output == "ok", "\(curl.errors)")
            }
            let lines = try gateway.accessRecords(2)
            #expect(lines.map { $0.text(AccessKey.reason) } == ["new", "no-association"])
        }
        upstream.stop()
    }

    /// Expects a client to make a full handshake whose first request has a reason.
    private func expect(_ reason: String, _ client: ResumingClient, on stage: AffinityStage) throws {
        let outcome = try client.visit(on: stage.loop)
        #expect(outcome.succeeded && outcome.record.offersSession && !outcome.record.isResumed, "\(outcome)")
        let line = try stage.line(of: outcome.record.answers.first)
        #expect(line.text(AccessKey.reason) == reason, "\(line.line)")
    }
}
