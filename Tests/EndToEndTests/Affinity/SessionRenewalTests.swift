internal import Demonstration
internal import Foundation
internal import TestSupport
internal import Testing

/// What renews a session besides the answers of services, and what makes no pin.
@Suite(.logOnFailure) struct SessionRenewalTests {
    @Test(arguments: [ClientKind.stateless13, .stateful13])
    func `a resumed connection that the gateway answers itself gets a new session`(kind: ClientKind) throws {
        try withStage(StagePlan(kind)) { stage in
            let client = try stage.settled(kind, 1)[0]
            let owner = client.owner()
            let instances = stage.instances
            for instance in instances { instance.stop() }
            let allDown = Deadline().poll {
                instances.allSatisfy { instance in
                    stage.gateway.logLines.contains {
                        $0.contains("\(instance.identity): ") && $0.contains("-> notRunning ")
                    }
                }
            }
            #expect(allDown)
            let outcome = try client.visit(on: stage.loop)
            #expect(outcome.record.isResumed && outcome.record.answers.map(\.status) == [503])
            #expect(outcome.record.session != nil, "no ticket: \(outcome.record)")
            for instance in instances { try instance.start() }
            try stage.waitForServices()
            let again = try client.visit(on: stage.loop)
            #expect(again.record.isResumed && again.servedBy == owner, "\(again)")
        }
    }

    @Test(arguments: ["/three", "/%2e%2e/one"])
    func `a resumed connection whose request leads nowhere gets a new session`(path: String) throws {
        try withPathStage { stage in
            _ = try stage.client.visit("/one", session: "session", ["-tls1_3"])
            let said = try stage.client.run(
                ["-tls1_3", "-msg", "-ign_eof", "-sess_in", stage.gateway.folder.file("session")],
                typing: #"GET \#(path.replacing("%", with: "%%")) HTTP/1.1\r\nHost: limpet.test\r\n"#
                    + #"Connection: close\r\n\r\n"#
            ).output
            #expect(said.contains("\nReused, ") && said.contains("HTTP/1.1 40"), "\(said)")
            #expect(said.contains("NewSessionTicket"), "\(said)")
            // Who has brought nothing, and reached nobody, gets nothing.
            let stranger = try stage.client.run(
                ["-tls1_3", "-msg", "-ign_eof"],
                typing: #"GET /three HTTP/1.1\r\nHost: limpet.test\r\nConnection: close\r\n\r\n"#
            ).output
            #expect(stranger.contains("HTTP/1.1 404") && !stranger.contains("NewSessionTicket"))
        }
    }

    @Test(arguments: ["[]", "[cookie]"], ClientKind.allCases.filter { !$0.needsStatefulGateway })
    func `sessions resume also where they say nothing about owners`(order: String, kind: ClientKind) throws {
        try withStage(StagePlan(kind).with { $0.affinity["by"] = order }) { stage in
            let client = try stage.settled(kind, 1)[0]
            let outcomes = try (0..<9).map { _ in try client.visit(on: stage.loop) }
            #expect(outcomes.allSatisfy { $0.succeeded && $0.record.resumption == kind.resumption })
            #expect(Set(outcomes.compactMap(\.servedBy)).count > 1, "the client brings no cookie")
        }
    }

    @Test(arguments: ClientKind.allCases.filter { !$0.needsStatefulGateway })
    func `where nothing is association, no pin is made`(kind: ClientKind) throws {
        let plan = StagePlan(kind).with {
            $0.affinity["by"] = "[]"
            $0.sections["administration"] = "{ socket: control.sock }"
        }
        try withStage(plan) { stage in
            let clients = try stage.settled(kind)
            for client in clients { _ = try client.visit(on: stage.loop) }
            #expect(try stage.gateway.pins() == 0)
            try stage.reload { $0.affinity["by"] = "[tls-session]" }
            _ = try stage.settled(kind)
            #expect(try stage.gateway.pins() > 0)
        }
    }

    @Test(arguments: [("__Host-limpet", 0), ("limpet", 3)])
    func `without TLS a cookie that clients would not take makes no pin`(name: String, pins: Int) throws {
        let upstream = try RecordingUpstream.answering()
        let configuration = GatewayConfiguration(
            upstreams: [upstream],
            sections: [
                "affinity": "{ cookie: { name: \(name) } }", "administration": "{ socket: control.sock }",
            ])
        try withGateway(configuration) { gateway in
            for _ in 0..<3 {
                let client = try gateway.connect()
                try client.send(request())
                let response = try client.readResponse()
                #expect(response.status == 200)
                #expect((response.fields["Set-Cookie"] == nil) == (pins == 0))
            }
            #expect(try gateway.pins() == pins)
        }
        upstream.stop()
    }

    @Test func `a pin that moves is written to the session that TLS 1-2 keeps under its ID`() throws {
        let kind = ClientKind.sessionID12
        try withStage(StagePlan(kind).with { $0.affinity["table"] = "{ pins: 8 }" }) { stage in
            let client = try stage.settled(kind, 1)[0]
            let owner = try stage.instance(client.owner())
            owner.kill()
            let moved = try client.visit(on: stage.loop)
            #expect(moved.record.isResumed && moved.moves.count == 1, "\(moved)")
            let next = client.owner()
            // Others take the room in the table: the session alone knows now.
            _ = try stage.settled(.stateless13, 40)
            try stage.restart(owner)
            try stage.waitForServices()
            _ = try stage.settled(.stateless13, 40)
            for _ in 0..<2 {
                let again = try client.visit(on: stage.loop)
                #expect(again.record.resumption == kind.resumption && again.servedBy == next, "\(again)")
            }
        }
    }
}

extension GatewayProcess {
    /// How many pins there are, as `limpet status` says it.
    fileprivate func pins() throws -> Int {
        let text = try Command(GatewayBinary.path, ["status", "--json", "-c", folder.file("limpet.yaml")])
            .output
        let document = try JSONSerialization.jsonObject(with: Data(text.utf8)) as? [String: Any]
        let instances = try #require(document?["instances"] as? [[String: Any]], "\(text)")
        return try instances.map { try #require($0["pins"] as? Int) }.reduce(0, +)
    }
}
