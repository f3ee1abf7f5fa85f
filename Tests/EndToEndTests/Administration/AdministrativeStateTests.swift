internal import Foundation
internal import Glibc
internal import TestSupport
internal import Testing

/// `limpet drain`, `disable` and `enable`: what clients notice, and what outlives a gateway.
@Suite(.logOnFailure) struct AdministrativeStateTests {
    @Test func `a draining instance keeps its clients and gets no new ones, a disabled one keeps none`()
        throws
    {
        try withControlStage { stage in
            let mine = try stage.cookie(of: "portal-0")
            let said = try stage.run("drain", "portal-0@test")
            #expect(said.output.hasPrefix("portal-0@test: draining, its clients go elsewhere in "))
            for _ in 0..<4 { #expect(try stage.owner() == "portal-1") }
            #expect(try stage.owner(mine) == "portal-0")
            #expect(try stage.run("disable", "portal-0@test").output == "portal-0@test: disabled\n")
            #expect(try stage.owner(mine) == "portal-1")
            #expect(try stage.run("enable", "portal-0@test").output == "portal-0@test: ready\n")
            #expect(try stage.owner(mine) == "portal-1", "a pin that has moved stays")
            _ = try stage.cookie(of: "portal-0")
            #expect(stage.gateway.waitForLog("by command: portal-0@test: ready"))
        }
    }

    @Test func `when the drain time is over, pinned clients go elsewhere and tunnels end`() throws {
        try withControlStage { stage in
            let mine = try stage.cookie(of: "portal-0")
            let tunnel = try stage.gateway.connect()
            _ = try tunnel.openTunnel(Handshake.request(fields: "Cookie: \(mine)\r\n"))
            #expect(try tunnel.echo("here") == "here")
            _ = try stage.run("drain", "portal-0@test", "--deadline", "1h")
            #expect(try tunnel.echo("still") == "still")
            #expect(try stage.owner(mine) == "portal-0")
            // Said again, with another end: that one counts.
            _ = try stage.run("drain", "portal-0@test", "--deadline", "300ms")
            #expect(tunnel.readToEnd().ending == .end)
            #expect(try stage.owner(mine) == "portal-1")
        }
    }

    @Test func `what an operator wants outlives a reload, a restart and a kill of the gateway`() throws {
        try withControlStage { stage in
            let mine = try stage.cookie(of: "portal-0")
            _ = try stage.run("drain", "portal-0@test", "--deadline", "1h")
            _ = try stage.run("disable", "portal-1@test")
            let wish = try stage.wish()
            #expect(wish["state"] == "draining" && wish["by"] == "operator")
            let attributes = try FileManager.default.attributesOfItem(
                atPath: stage.folder.file("control.sock.state"))
            #expect(attributes[.posixPermissions] as? Int == 0o600)
            let steps: [() throws -> Void] = [
                { try stage.reload { $0.services[0].settings["retries"] = "1" } },
                { try stage.restart() }, { try stage.restart(killing: true) },
            ]
            for step in steps {
                try step()
                let now = try stage.wish()
                #expect(now["state"] == "draining" && now["by"] == "operator")
                #expect(try Self.seconds(now["deadline"], since: wish["deadline"]) < 1)
                #expect(try stage.wish(of: "portal-1@test")["state"] == "disabled")
                #expect(try stage.owner(mine) == "portal-0")
            }
            _ = try stage.run("enable", "portal-0@test")
            _ = try stage.run("enable", "portal-1@test")
            try stage.restart(killing: true)
            for name in ["portal-0@test", "portal-1@test"] {
                let wish = try stage.wish(of: name)
                #expect(wish["state"] == "ready" && wish["by"] == "configuration")
            }
        }
    }

    /// How far two moments lie apart.
    private static func seconds(_ text: String?, since other: String?) throws -> Double {
        let style = Date.ISO8601FormatStyle(includingFractionalSeconds: true)
        return abs(
            try Date(#require(text), strategy: style).timeIntervalSince(
                Date(#require(other), strategy: style)))
    }

    @Test func `a drain time runs on while no gateway does`() throws {
        try withControlStage { stage in
            let mine = try stage.cookie(of: "portal-0")
            _ = try stage.run("drain", "portal-0@test", "--deadline", "1h")
            try stage.restart { _ in
                // As if two hours had gone by.
                let path = stage.folder.file("control.sock.state")
                let lines = try String(contentsOfFile: path, encoding: .utf8).split(separator: "\n")
                let fields = lines[1].split(separator: " ")
                let (since, deadline) = (try #require(Int(fields[2])), try #require(Int(fields[3])))
                let text =
                    "\(lines[0])\n\(fields[0]) draining \(since - 7_200_000) \(deadline - 7_200_000) ready\n"
                try text.write(toFile: path, atomically: false, encoding: .utf8)
            }
            #expect(try stage.wish()["state"] == "draining")
            #expect(try stage.owner(mine) == "portal-1")
        }
    }

    @Test func `what the configuration says anew counts more than what an operator said before`() throws {
        try withControlStage { stage in
            _ = try stage.run("disable", "portal-0@test")
            try stage.reload { $0.services[0].instanceSettings[0] = ["state": "draining"] }
            #expect(try stage.wish()["state"] == "draining")
            _ = try stage.run("disable", "portal-0@test")
            // Also if it says so while no gateway runs.
            try stage.restart { $0.services[0].instanceSettings[0] = nil }
            #expect(try stage.wish()["state"] == "ready")
            #expect(stage.gateway.waitForLog("portal-0@test: 'disabled' counts no more"))
        }
    }

    @Test(arguments: [
        "", "limpet administrative state 1\nportal-0@test disabled 5 - ready\nhalf a l", "\u{ff}",
    ])
    func `a state file that makes no sense is told of, and every instance is as configured`(_ text: String)
        throws
    {
        try withControlStage(allowingErrors: true) { stage in
            _ = try stage.run("disable", "portal-0@test")
            try stage.restart { _ in
                try text.write(
                    toFile: stage.folder.file("control.sock.state"), atomically: false, encoding: .utf8)
            }
            #expect(stage.gateway.waitForLog("every instance is as it was configured"))
            #expect(try stage.wish()["state"] == "ready")
            // The next command makes it good again.
            _ = try stage.run("disable", "portal-0@test")
            try stage.restart()
            #expect(try stage.wish()["state"] == "disabled")
        }
    }

    @Test func `somebody else's state file is left alone, and commands say that they are not kept`() throws {
        try withControlStage(allowingErrors: true) { stage in
            let path = stage.folder.file("control.sock.state")
            try stage.restart { _ in
                try "theirs".write(toFile: path, atomically: false, encoding: .utf8)
                _ = unsafe chmod(path, 0o644)
            }
            let said = try stage.run("disable", "portal-0@test")
            #expect(said.output == "portal-0@test: disabled\n")
            #expect(said.errors.contains("warning: it is not kept for a restart"), "\(said.errors)")
            #expect(try String(contentsOfFile: path, encoding: .utf8) == "theirs")
            #expect(try stage.owner() == "portal-1")
        }
    }
}
