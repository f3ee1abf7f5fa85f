internal import Foundation
internal import Glibc
internal import TestSupport
internal import Testing

/// Instances that nobody here starts, and that say themselves how they are (sd_notify(3)).
@Suite(.logOnFailure) struct OwnWordTests {
    /// A gateway before two services, of which the first may speak.
    private func withGatewayThatHears(
        _ settings: String = "", allowingErrors: Bool = false, in folder: TemporaryFolder,
        _ body: (GatewayProcess, [RecordingUpstream], _ path: String) throws -> Void
    ) throws {
        let upstreams = try (0..<2).map(NamedService.make)
        var configuration = GatewayConfiguration(upstreams: upstreams)
        configuration.services[0].settings["health"] =
            "{ path: /health, interval: 20ms, timeout: 5s, rise: 2, fall: 3 }"
        configuration.services[0].instanceSettings[0] = ["notify": "{ socket: portal-0.notify\(settings) }"]
        configuration.sections["administration"] = "{ socket: control.sock }"
        try withGateway(configuration, folder: folder) { gateway in
            NamedService.waitForAll(2, gateway)
            try body(gateway, upstreams, folder.file("portal-0.notify"))
        }
    }

    /// Says something at the socket, as that user.
    private func say(_ text: String, at path: String, as user: uid_t = geteuid()) throws {
        let program = """
            import os, socket, sys
            if os.geteuid() != int(sys.argv[3]):
                os.setuid(int(sys.argv[3]))
            socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM).sendto(sys.argv[1].encode(), sys.argv[2])
            """
        let said = try Command("python3", ["-c", program, text, path, "\(user)"])
        #expect(said.ending == .exited(0), "\(said.errors)")
    }

    /// How often the first service has come to run.
    private func rises(_ gateway: GatewayProcess) -> Int {
        gateway.logLines.count { $0.contains("portal-0@test: starting -> running") }
    }

    @Test func `one that says that it stops gets no clients until it says that it is ready`() throws {
        try withGatewayThatHears(in: TemporaryFolder()) { gateway, upstreams, path in
            try say("STOPPING=1\nSTATUS=Closing the books", at: path)
            #expect(
                gateway.waitForLog("portal-0@test: running -> notRunning (no process: stopping by itself)"))
            for number in 0..<4 {
                let client = try gateway.connect()
                try client.send(request("GET", "/\(number)"))
                #expect(try client.readResponse().body.text.hasPrefix("portal-1"))
            }
            // It is probed all the while, and answers.
            let probes = upstreams[0].requests.count
            #expect(Deadline().poll { upstreams[0].requests.count >= probes + 4 })
            #expect(rises(gateway) == 1)
            let status = try Command.limpet(
                "status", "--json", "portal-0@test", "--socket", gateway.folder.file("control.sock"))
            #expect(status.output.contains("\"says\" : \"Closing the books\""), "\(status.output)")
            try say("READY=1", at: path)
            #expect(Deadline().poll { rises(gateway) == 2 })
        }
    }

    @Test func `one whose watchdog is silent is not running until it lives again`() throws {
        try withGatewayThatHears(", watchdog: 300ms", in: TemporaryFolder()) { gateway, _, path in
            try say("WATCHDOG=1", at: path)
            #expect(gateway.waitForLog("portal-0@test: running -> notRunning (watchdog silent)"))
            try say("WATCHDOG=1", at: path)
            #expect(Deadline().poll { rises(gateway) == 2 })
        }
    }

    @Test(.enabled(if: geteuid() == 0, "needs root, to speak as somebody else"))
    func `another user's words are told of, and change nothing`() throws {
        try withGatewayThatHears(in: TemporaryFolder()) { gateway, _, path in
            try say("STOPPING=1", at: path, as: 65534)
            #expect(gateway.waitForLog("of user 65534, who may not speak there"))
            #expect(!gateway.logLines.contains { $0.contains("running -> notRunning") })
        }
        try withGatewayThatHears(", user: nobody", in: TemporaryFolder()) { gateway, _, path in
            try say("STOPPING=1", at: path)
            #expect(gateway.waitForLog("of user 0, who may not speak there"))
            try say("STOPPING=1", at: path, as: 65534)
            #expect(gateway.waitForLog("(no process: stopping by itself)"))
        }
    }

    @Test func `a gateway that drains lets go of the socket while a request is under way`() throws {
        try withGatewayThatHears(in: TemporaryFolder()) { gateway, _, path in
            let client = try gateway.connect()
            try client.send("POST / HTTP/1.1\r\nHost: a.test\r\nContent-Length: 4\r\n\r\nab")
            try say("STATUS=before", at: path)
            gateway.requestTermination()
            try gateway.waitForStopping()
            #expect(Deadline().poll { unsafe access(path, F_OK) != 0 })
            // Somebody else may have it from now on.
            let successor = try NotifySocket(path: path)
            try say("STATUS=after", at: path)
            #expect(try successor.wait(for: "STATUS=after", until: Deadline()))
            try client.send("cd")
            #expect(try client.readResponse().status == 200)
            #expect(try gateway.terminate() == .exited(0))
            #expect(unsafe access(path, F_OK) == 0, "it is not the first one's any more")
        }
    }

    @Test func `a file in the place of the socket is left alone, and the probes decide`() throws {
        let folder = try TemporaryFolder()
        try folder.write("somebody's", to: "portal-0.notify")
        try withGatewayThatHears(in: folder) { gateway, _, path in
            #expect(gateway.waitForLog("portal-0@test: cannot be heard at \(path)"))
            let text = try String(contentsOfFile: path, encoding: .utf8)
            #expect(text == "somebody's")
        }
    }
}
