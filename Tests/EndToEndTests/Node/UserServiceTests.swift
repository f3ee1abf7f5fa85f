internal import Demonstration
internal import Foundation
internal import Glibc
internal import Platform
internal import TestSupport
internal import Testing

/// Local services that run as somebody else (`user`, `group`).
@Suite(.logOnFailure) struct UserServiceTests {
    /// The numbers of a user and of a group, and where the user is at home, as the system's databases have them.
    private struct Account {
        let user: uid_t
        let group: gid_t
        let home: String

        init(_ name: String) throws {
            let command = try Command("getent", ["passwd", name])
            let fields = command.output.split(separator: ":", omittingEmptySubsequences: false)
            try #require(fields.count > 5, "\(command.output)")
            user = try #require(uid_t(fields[2]))
            group = try #require(gid_t(fields[3]))
            home = String(fields[5])
        }

        static func group(_ name: String) throws -> gid_t {
            let command = try Command("getent", ["group", name])
            let fields = command.output.split(separator: ":", omittingEmptySubsequences: false)
            return try #require(fields.count > 2 ? gid_t(fields[2]) : nil, "\(command.output)")
        }
    }

    /// Three services that say READY=1: of a user, of a user with another group, and of a group alone.
    private static func plan() -> NodePlan {
        var plan = NodePlan()
        plan.services = 3
        plan.announcing = [0, 1, 2]
        plan.prepare = { services, folder in
            let nobody = try Account("nobody")
            let daemon = try Account.group("daemon")
            let owners = [(nobody.user, nobody.group), (nobody.user, daemon), (geteuid(), daemon)]
            let settings = [
                ["user": "nobody"], ["user": "nobody", "group": "daemon"], ["group": "daemon"],
            ]
            return try zip(services, zip(owners, settings)).enumerated().map { number, entry in
                let (service, (owner, settings)) = entry
                // Where it listens, and where its orders come from, has to be its own.
                let own = folder.file("own-\(number)")
                try FileManager.default.createDirectory(atPath: own, withIntermediateDirectories: false)
                for path in [own, service.orders] {
                    try #require(unsafe chown(path, owner.0, owner.1) == 0)
                }
                let place = "\(own)/portal.sock"
                return .init(
                    endpoint: .unix(path: place),
                    settings: settings.merging(["run": service.run(at: place)]) { $1 })
            }
        }
        return plan
    }

    /// The numbers behind a word in a process's status (proc_pid_status(5)).
    private func numbers(_ word: String, of process: pid_t) throws -> [UInt32] {
        let text = try String(contentsOfFile: "/proc/\(process)/status", encoding: .utf8)
        let line = try #require(text.split(separator: "\n").first { $0.hasPrefix("\(word):") })
        return line.dropFirst(word.count + 1).split(whereSeparator: \.isWhitespace).compactMap { UInt32($0) }
    }

    @Test(.enabled(if: geteuid() == 0, "needs root, to start services as somebody else"))
    func `a service of another user is that user's, is heard, written down and served`() throws {
        let nobody = try Account("nobody")
        let daemon = try Account.group("daemon")
        try withNodeStage(Self.plan()) { stage in
            let whom: [(user: uid_t, group: gid_t)] = [
                (nobody.user, nobody.group), (nobody.user, daemon), (geteuid(), daemon),
            ]
            for (service, expected) in zip(stage.services, whom) {
                let process = stage.waitForProcess(of: service)
                #expect(
                    Deadline().poll {
                        service.output(in: stage.folder).contains("\(service.identity) starts as \(process)")
                    }, "\(stage.nodeLog)")
                #expect(try numbers("Uid", of: process) == Array(repeating: expected.user, count: 4))
                #expect(try numbers("Gid", of: process) == Array(repeating: expected.group, count: 4))
                // None of ours is left, but for those that a user of that name has.
                let groups = try numbers("Groups", of: process)
                #expect(groups.contains(expected.group))
                if expected.user == nobody.user {
                    #expect(!groups.contains(getegid()))
                    for name in ["USER", "LOGNAME"] {
                        #expect(ProcessTable.variable(name, of: process) == "nobody")
                    }
                    #expect(ProcessTable.variable("HOME", of: process) == nobody.home)
                }
                #expect(!stage.transitions(of: service).contains { $0.contains("-> running") })
                service.order("notify READY=1")
                try stage.waitUntilRunning([service])
                let clients = try stage.settled(2, reaching: service)
                try stage.expectOwners(clients)
            }
            #expect(!stage.nodeLog.contains("which is no service's"), "\(stage.nodeLog)")
        }
    }

    @Test(.enabled(if: geteuid() == 0, "needs root, to start services as somebody else"))
    func `services of other users are taken over, and their next processes are theirs as well`() throws {
        let nobody = try Account("nobody")
        try withNodeStage(Self.plan()) { stage in
            for service in stage.services { service.order("notify READY=1") }
            try stage.waitUntilRunning()
            let processes = stage.services.map(stage.process(of:))
            kill(stage.manager, SIGKILL)
            #expect(stage.gateway.waitForLog("node manager: another one is there"))
            #expect(stage.services.map(stage.process(of:)) == processes)
            let service = stage.services[0]
            service.order("print still here")
            #expect(Deadline().poll { service.output(in: stage.folder).contains("still here") })
            kill(processes[0], SIGKILL)
            let process = stage.waitForProcess(of: service, after: processes[0])
            service.order("notify READY=1")
            try stage.wait(for: "-> running", of: service, times: 2)
            #expect(try numbers("Uid", of: process) == Array(repeating: nobody.user, count: 4))
            #expect(
                Deadline().poll { service.output(in: stage.folder).contains("starts as \(process)") })
        }
    }

    /// Whether users other than ours may start the program under test.
    private static let isOpenToOthers: Bool = {
        let words = ["--reuid=65534", "--regid=65534", "--clear-groups", "test", "-x", GatewayBinary.path]
        return (try? Command("setpriv", words))?.ending == .exited(0)
    }()

    @Test(
        .enabled(if: geteuid() == 0, "needs root, to become a user that is not root"),
        .enabled(if: isOpenToOthers, "the program's folder is closed to the user nobody"))
    func `without root another user is refused, and status and log say why`() throws {
        let nobody = try Account("nobody")
        let folder = try TemporaryFolder()
        try folder.write(
            """
            listeners: [{ address: "unix:limpet.sock", mode: plain }]
            services: { portal: { instances: [{ id: portal-0@test, address: "unix:portal.sock" }] } }
            routes: [{ service: portal }]
            administration: { socket: control.sock }
            node-manager: { directory: run }
            local-services:
              portal-0@test:
                { run: [/bin/sleep, "600"], user: daemon, restart: { delay: 10ms, burst: 2, rest: 1h } }

            """, to: "limpet.yaml")
        try #require(unsafe chown(folder.path, nobody.user, nobody.group) == 0)
        let gateway = try TestSupport.ChildProcess(
            "/usr/bin/setpriv",
            [
                "--reuid=\(nobody.user)", "--regid=\(nobody.group)", "--clear-groups", GatewayBinary.path,
                "run", "-c", folder.file("limpet.yaml"),
            ])
        defer { _ = try? Command.limpet("node-manager", "-c", folder.file("limpet.yaml"), "--stop") }
        var status = ""
        #expect(
            try Deadline().poll(every: .milliseconds(100)) {
                status = try Command.limpet("status", "--socket", folder.file("control.sock")).output
                return status.contains("notRunning") && status.contains("Operation not permitted")
            }, "\(status)")
        let log = try String(contentsOfFile: folder.file("run/node-manager.log"), encoding: .utf8)
        #expect(log.contains("cannot start: give its output to the user: Operation not permitted"), "\(log)")
        gateway.signal(SIGTERM)
        #expect(gateway.wait() == .exited(0))
    }
}
