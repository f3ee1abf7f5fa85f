internal import Foundation
internal import Glibc
internal import TestSupport
internal import Testing

/// What gateway and node manager are to a service manager such as systemd, and what services inherit of that.
@Suite(.logOnFailure) struct NodeManagerUnitTests {
    private func folder(local: String) throws -> TemporaryFolder {
        let folder = try TemporaryFolder()
        try folder.write(
            """
            listeners: [{ address: "unix:limpet.sock", mode: plain }]
            services: { portal: { instances: [{ id: portal-0@test, address: "unix:portal.sock" }] } }
            routes: [{ service: portal }]
            node-manager: { directory: run, start: false }
            local-services: { \(local) }

            """, to: "limpet.yaml")
        return folder
    }

    private func start(_ command: String, _ folder: TemporaryFolder) throws -> (ChildProcess, NotifySocket) {
        let notifications = try NotifySocket(path: folder.file("notify"))
        let child = try ChildProcess(
            "/bin/sh",
            [
                "-c", "ulimit -Sn 300; exec \"$@\"", "sh", GatewayBinary.path, command, "-c",
                folder.file("limpet.yaml"),
            ], environment: ["NOTIFY_SOCKET": notifications.path, "WATCHDOG_USEC": "200000"])
        return (child, notifications)
    }

    private func expectSigns(of child: ChildProcess, _ notifications: NotifySocket) throws {
        #expect(try notifications.wait(for: "READY=1", until: Deadline()))
        for _ in 0..<2 {
            let known = notifications.seen.count
            #expect(try notifications.wait(for: "WATCHDOG=1", after: known, until: Deadline()))
        }
        child.signal(SIGTERM)
        #expect(try notifications.wait(for: "STOPPING=1", until: Deadline()))
        #expect(child.wait() == .exited(0))
    }

    @Test func `a gateway feeds the watchdog of its service manager`() throws {
        let folder = try folder(local: "")
        let (child, notifications) = try start("run", folder)
        try expectSigns(of: child, notifications)
    }

    @Test
    func
        `a node manager says that it is ready and that it stops, and feeds the watchdog; services hear of neither`()
        throws
    {
        let script = "echo soft $(ulimit -Sn) $NOTIFY_SOCKET $WATCHDOG_USEC; exec sleep 600"
        let folder = try folder(local: "portal-0@test: { run: [/bin/sh, -c, \"\(script)\"] }")
        let (child, notifications) = try start("node-manager", folder)
        let log = folder.file("run/logs/portal-0@test.log")
        func output() -> String { (try? String(contentsOfFile: log, encoding: .utf8)) ?? "" }
        #expect(Deadline().poll { output().contains("soft") })
        // What the node manager has raised for itself is not for them.
        #expect(output().hasSuffix("soft 300 \(folder.file("run/notify.sock"))\n"), "\(output())")
        child.signal(SIGHUP)
        #expect(try notifications.wait(for: "RELOADING=1", until: Deadline()))
        try expectSigns(of: child, notifications)
    }

    @Test func `a service with a limit of its own has that`() throws {
        let script = "echo soft $(ulimit -Sn); exec sleep 600"
        let folder = try folder(
            local: "portal-0@test: { run: [/bin/sh, -c, \"\(script)\"], limits: { descriptors: 77 } }")
        let (child, notifications) = try start("node-manager", folder)
        let log = folder.file("run/logs/portal-0@test.log")
        #expect(
            Deadline().poll {
                (try? String(contentsOfFile: log, encoding: .utf8))?.hasSuffix("soft 77\n") ?? false
            })
        try expectSigns(of: child, notifications)
    }
}
