internal import Foundation
internal import Glibc
internal import TestSupport
internal import Testing

/// `limpet status`, and who may speak at the control socket.
@Suite(.logOnFailure) struct StatusCommandTests {
    @Test func `status shows services, instances, pins and causes, as a table and as JSON`() throws {
        try withControlStage { stage in
            _ = try stage.cookie(of: "portal-0")
            let table = try stage.run("status").output
            let lines = table.split(separator: "\n")
            try #require(lines.count == 8, "\(table)")
            #expect(lines.first?.hasPrefix("gateway of test: process ") == true)
            for word in ["SERVICE", "INSTANCE", "STATUS", "SINCE", "WANTED", "PINS", "ADDRESS", "CAUSE"] {
                #expect(lines[5].contains(word))
            }
            #expect(lines[6].contains("portal-0@test") && lines[6].contains("running"))
            #expect(lines[6].contains("probe succeeded"))
            // It listens on the loopback, and its services are there: there are no sides to watch.
            #expect(lines[1].split(separator: " ") == ["SIDE", "STATE", "SINCE", "CAUSE"])
            for (line, side) in zip(lines[2...4], ["client", "service", "backplane"]) {
                let words = line.split(separator: " ")
                #expect(words.count == 3 && words[0] == side && words[1] == "unwatched", "\(table)")
            }
            #expect(try !stage.run("status", "portal-0@test").output.contains("SIDE"))
            let status = try stage.status()
            #expect(status["status"] as? String == "running")
            #expect(status["service"] as? String == "portal")
            #expect((status["pins"] as? Int ?? 0) > 0)
            #expect(status["address"] as? String == stage.upstreams[0].endpoint.text)
            let wish = try stage.wish()
            #expect(wish["state"] == "ready" && wish["by"] == "configuration")
        }
    }

    @Test func `the history has each change with its time and cause, and stays short`() throws {
        try withControlStage({
            $0.services[0].settings["health"] = "{ path: /health, interval: 10ms, rise: 1, fall: 1 }"
        }) { stage in
            #expect(try (stage.status()["history"] as? [Any])?.count == 1)
            for round in 1...10 {
                stage.isWell.isSet = false
                #expect(Deadline().poll { stage.falls >= round })
                stage.isWell.isSet = true
                #expect(Deadline().poll { stage.rises > round })
            }
            let history = try #require(try stage.status()["history"] as? [[String: Any]])
            #expect(history.count == 16)
            #expect(history.last?["to"] as? String == "running")
            let causes = history.compactMap { $0["cause"] as? String }
            #expect(causes.count == 16 && causes.contains("probe succeeded"))
            #expect(causes.contains { $0.hasPrefix("probe failed: ") }, "\(causes)")
            let times = history.compactMap { $0["at"] as? String }
            #expect(times == times.sorted())
            let text = try stage.run("status", "--history").output
            #expect(text.contains("\nportal-0@test\n  20"), "\(text)")
            #expect(text.contains("running -> notRunning   probe failed: status 503"), "\(text)")
        }
    }

    @Test func `an identity that there is not is refused, and the nearest one named`() throws {
        try withControlStage { stage in
            for words in [["drain"], ["disable"], ["enable"], ["status"], ["status", "--history"]] {
                let command = try Command(
                    GatewayBinary.path, words + ["portal-0@tset", "-c", stage.folder.file("limpet.yaml")])
                #expect(command.ending == .exited(1))
                #expect(
                    command.errors == "there is no instance 'portal-0@tset', but 'portal-0@test'\n",
                    "\(command.errors)")
            }
        }
    }

    @Test func `without a gateway, and without a socket, commands say so`() throws {
        let folder = try TemporaryFolder()
        let nobody = try Command.limpet("status", "--socket", folder.file("none.sock"))
        #expect(nobody.ending == .exited(1))
        #expect(nobody.errors == "no gateway listens for commands at \(folder.file("none.sock"))\n")
        try withGateway(GatewayConfiguration(upstreams: [RecordingUpstream.answering()])) { gateway in
            let file = gateway.folder.file("limpet.yaml")
            let none = try Command.limpet("drain", "portal-0@test", "-c", file)
            #expect(none.ending == .exited(1))
            #expect(none.errors.contains("'administration' needs the key 'socket'"), "\(none.errors)")
        }
        for words in [["status"], ["drain", "-c", "x"], ["drain", "a@b", "-c", "x", "--deadline", "soon"]] {
            #expect(try Command(GatewayBinary.path, words).ending == .exited(64))
        }
    }

    @Test func `the socket is for our user alone, and goes when the gateway drains`() throws {
        try withControlStage { stage in
            let path = stage.folder.file("control.sock")
            let attributes = try FileManager.default.attributesOfItem(atPath: path)
            #expect(attributes[.posixPermissions] as? Int == 0o600)
            // Another gateway with the same socket does not start.
            let text = try String(contentsOfFile: stage.folder.file("limpet.yaml"), encoding: .utf8)
            let other = try stage.folder.write(
                text.replacing("127.0.0.1:\(stage.gateway.endpoints[0].port)", with: "127.0.0.1:0"),
                to: "other.yaml")
            let run = try Command.limpet("run", "-c", other)
            #expect(run.ending == .exited(1))
            #expect(run.errors.contains("another gateway listens for commands at"), "\(run.errors)")
            #expect(try stage.run("status").output.contains("portal-0@test"))
        }
    }

    @Test func `whoever sends nonsense, too much, or nothing is sent away, and others are served`() throws {
        try withControlStage { stage in
            let path = Endpoint.unix(path: stage.folder.file("control.sock"))
            let silent = try RawClient(to: path)
            for nonsense in [
                [UInt8](repeating: 0xff, count: 64), [0, 0, 0, 2, 9, 1], [0, 0, 0, 3, 1, 1, 0],
            ] {
                let client = try RawClient(to: path)
                try client.send(nonsense)
                #expect(client.readToEnd().bytes.isEmpty)
            }
            // More than may be connected, which are 16 with the silent one: the rest is turned away at once, and told of
            // once.
            let crowd = try (0..<20).map { _ in try RawClient(to: path) }
            for client in crowd.suffix(5) { #expect(client.readToEnd().ending == .end) }
            #expect(
                Deadline().poll {
                    stage.gateway.logLines.count { $0.contains("too many are connected") } == 1
                })
            #expect(
                try Command.limpet("status", "--socket", stage.folder.file("control.sock")).ending
                    == .exited(1))
            #expect(silent.readToEnd(until: Deadline(in: .seconds(60))).ending == .end)
            for client in crowd { client.close() }
            #expect(Deadline().poll { (try? stage.run("status").ending) == .exited(0) })
        }
    }
}

extension ControlStage {
    /// How often the first service has fallen.
    fileprivate var falls: Int {
        gateway.logLines.count { $0.contains("portal-0@test: running -> notRunning") }
    }

    /// How often the first service has come up.
    fileprivate var rises: Int {
        gateway.logLines.count { $0.contains("portal-0@test: starting -> running") }
    }
}
