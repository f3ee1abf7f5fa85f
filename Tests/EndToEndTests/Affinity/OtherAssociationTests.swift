internal import Demonstration
internal import Foundation
internal import Platform
internal import TestSupport
internal import Testing

/// Association by cookie and by source, without any TLS session.
@Suite(.logOnFailure) struct OtherAssociationTests {
    @Test func `a cookie brings curl back to its owner over a fresh handshake each time`() throws {
        try withStage(StagePlan().with { $0.affinity["by"] = "[tls-session, cookie]" }) { stage in
            for number in 0..<4 {
                let jar = stage.gateway.folder.file("jar-\(number)")
                let owner = try stage.curl(["-c", jar, "-b", jar])
                for _ in 0..<4 { #expect(try stage.curl(["-c", jar, "-b", jar]) == owner) }
            }
        }
    }

    @Test func `a cookie that we did not sign is no association, and no error`() throws {
        try withStage(StagePlan().with { $0.affinity["by"] = "[cookie]" }) { stage in
            let services = try (0..<9).map { _ in
                try stage.curl(["-b", "__Host-limpet=AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"])
            }
            #expect(Set(services).count > 1)
        }
    }

    @Test func `a cookie moves with its pin`() throws {
        try withStage(StagePlan().with { $0.affinity["by"] = "[cookie]" }) { stage in
            let jar = stage.gateway.folder.file("jar")
            let owner = try stage.curl(["-c", jar, "-b", jar])
            try stage.instance(owner).kill()
            let next = try stage.curl(["-c", jar, "-b", jar])
            #expect(next != owner)
            try stage.restart(try stage.instance(owner))
            try stage.waitForServices()
            for _ in 0..<4 { #expect(try stage.curl(["-c", jar, "-b", jar]) == next) }
        }
    }

    @Test func `the owner of a cookie outlives a reload`() throws {
        try withStage(StagePlan().with { $0.affinity["by"] = "[cookie]" }) { stage in
            let jars = (0..<6).map { stage.gateway.folder.file("jar-\($0)") }
            let owners = try jars.map { try stage.curl(["-c", $0, "-b", $0]) }
            #expect(Set(owners).count > 1)
            try stage.reload { $0.sections["log"] = "{ level: debug }" }
            #expect(try jars.map { try stage.curl(["-c", $0, "-b", $0]) } == owners)
        }
    }

    @Test func `the owner of a source outlives a reload`() throws {
        try withStage(StagePlan().with { $0.affinity["by"] = "[source]" }) { stage in
            let sources = (2...9).map { "127.0.0.\($0)" }
            let owners = try sources.map { try stage.curl(["--interface", $0]) }
            #expect(Set(owners).count > 1)
            try stage.reload { $0.sections["log"] = "{ level: debug }" }
            #expect(try sources.map { try stage.curl(["--interface", $0]) } == owners)
        }
    }

    @Test func `the same source comes back to the same owner`() throws {
        try withStage(StagePlan().with { $0.affinity["by"] = "[source]" }) { stage in
            var owners = Set<String>()
            for host in UInt32(2)...10 {
                let client = try stage.clients(.stateless13, 1)[0]
                client.target.source = .ip(IPAddress(v4: 0x7f00_0000 + host), port: 0)
                let outcomes = try (0..<4).flatMap { _ in try client.visitAnew(on: stage.loop, times: 1) }
                #expect(outcomes.allSatisfy { $0.succeeded })
                let services = Set(outcomes.compactMap(\.servedBy))
                #expect(services.count == 1, "127.0.0.\(host) went to \(services)")
                owners.formUnion(services)
            }
            #expect(owners.count > 1, "all sources have one owner")
        }
    }
}

extension AffinityStage {
    /// Asks once with curl, in a process of its own; answers who served it.
    fileprivate func curl(_ arguments: [String]) throws -> String {
        let output = gateway.folder.file("curl-\(UUID().uuidString)")
        let port = gateway.endpoints[0].port
        let curl = try Platform.ChildProcess(
            "/usr/bin/curl",
            [
                "--silent", "--show-error", "--fail", "--max-time", "15", "--output", output, "--cacert",
                gateway.folder.file("certs/ca.pem"), "--resolve", "limpet.test:\(port):127.0.0.1",
            ] + arguments + ["https://limpet.test:\(port)/"])
        #expect(curl.wait(until: .now + .seconds(20)) == .exited(0))
        let text = try String(contentsOfFile: output, encoding: .utf8)
        return try #require(text.split(separator: " ").first.map(String.init))
    }
}
