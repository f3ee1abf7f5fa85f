internal import Foundation
internal import Glibc
internal import Platform
internal import TestSupport
internal import Testing

/// What local services, and other users of the machine, may try against the node manager and each other.
@Suite(.logOnFailure) struct NodeAttackTests {
    /// Has a service name another process as its main one; answers the one before and the new one.
    private func replaceMain(
        of service: NodeService, by order: String, _ stage: NodeStage
    ) throws -> (former: pid_t, heir: pid_t) {
        let former = stage.process(of: service)
        service.order(order)
        let heir = stage.waitForProcess(of: service, after: former)
        try #require(heir != former)
        return (former, heir)
    }

    @Test func `no service enters the process group of another one, or of the node manager`() throws {
        try withNodeStage { stage in
            try stage.waitUntilRunning()
            let (service, other) = (stage.services[0], stage.services[1])
            for group in [stage.process(of: other), stage.manager] {
                let before = service.output(in: stage.folder).count(of: "kept out")
                service.order("join \(group)")
                let isDecided = Deadline().poll {
                    let output = service.output(in: stage.folder)
                    return output.contains("joined") || output.count(of: "kept out") > before
                }
                #expect(isDecided)
            }
            #expect(!service.output(in: stage.folder).contains("joined"))
            let processes = stage.services.map(stage.process(of:))
            #expect(Set(processes.map { getsid($0) }) == Set(processes), "sessions are shared")
        }
    }

    @Test func `a socket that takes an hour to close does not hold the node manager up`() throws {
        try withNodeStage { stage in
            try stage.waitUntilRunning()
            let (service, other) = (stage.services[0], stage.services[1])
            // The second one finds the first still being closed, or closed: both are fine.
            service.order("linger")
            service.order("linger")
            service.order("barrier")
            #expect(
                Deadline().poll { service.output(in: stage.folder).contains("barrier passed") },
                "\(service.output(in: stage.folder))")
            let process = stage.process(of: other)
            kill(process, SIGKILL)
            try stage.wait(for: "-> running", of: other, times: 2)
            #expect(stage.waitForProcess(of: other, after: process) != process)
        }
    }

    @Test func `a service names another main process of its own, and no stranger`() throws {
        try withNodeStage { stage in
            try stage.waitUntilRunning()
            let (service, other) = (stage.services[0], stage.services[1])
            let process = stage.process(of: service)
            service.order("notify MAINPID=\(stage.process(of: other))")
            service.order("notify MAINPID=\(stage.manager)")
            service.order("barrier")
            #expect(Deadline().poll { service.output(in: stage.folder).contains("barrier passed") })
            #expect(stage.process(of: service) == process)
            let (_, heir) = try replaceMain(of: service, by: "heir", stage)
            #expect(getpgid(heir) == heir)
            #expect(stage.isAlive(process))
            // With it the service ends, and with the service all that is its own.
            kill(heir, SIGKILL)
            try stage.wait(for: "(process restarting:", of: service)
            #expect(Deadline().poll { !stage.isAlive(process) })
            #expect(stage.isAlive(stage.process(of: other)))
            try stage.wait(for: "-> running", of: service, times: 2)
            #expect(stage.transitions(of: other).count == 1)
        }
    }

    @Test func `how a main process ends that has come to the node manager is known`() throws {
        try withNodeStage { stage in
            try stage.waitUntilRunning()
            let service = stage.services[0]
            let (process, heir) = try replaceMain(of: service, by: "heir", stage)
            kill(process, SIGKILL)
            #expect(Deadline().poll { ProcessTable.parent(of: heir) == stage.manager })
            kill(heir, SIGTERM)
            try stage.wait(for: "(process restarting: signal 15)", of: service)
            try stage.wait(for: "-> running", of: service, times: 2)
        }
    }

    /// One that is looked at while it is being replaced (execve(2)) shows no environment either.
    @Test func `a main process that shows no mark is known by the process that made it`() throws {
        try withNodeStage { stage in
            try stage.waitUntilRunning()
            let service = stage.services[0]
            let (process, heir) = try replaceMain(of: service, by: "nameless heir", stage)
            kill(heir, SIGTERM)
            try stage.wait(for: "(process restarting:", of: service)
            #expect(Deadline().poll { !stage.isAlive(process) })
            try stage.wait(for: "-> running", of: service, times: 2)
        }
    }

    @Test func `systemd-notify speaks for a service`() throws {
        var plan = NodePlan()
        plan.announcing = [0]
        plan.single[0] = ["run": "[/bin/sh, -c, \"systemd-notify --ready && echo told; exec sleep 3600\"]"]
        try withNodeStage(plan) { stage in
            let service = stage.services[0]
            #expect(
                Deadline().poll { stage.nodeLog.contains("\(service.identity): ready") }, "\(stage.nodeLog)")
            #expect(
                Deadline().poll { service.output(in: stage.folder).contains("told") },
                "\(service.output(in: stage.folder))")
        }
    }

    @Test func `after a change of its settings all that a service says while it ends is in its log`() throws {
        try withNodeStage { stage in
            try stage.waitUntilRunning()
            let service = stage.services[0]
            let process = stage.process(of: service)
            service.order("verbose")
            #expect(Deadline().poll { service.output(in: stage.folder).contains("will be verbose") })
            try stage.reload { plan in
                plan.single[0] = ["environment": "{ COLOUR: red }", "stop": "{ grace: 60s }"]
            }
            #expect(stage.waitForProcess(of: service, after: process) != process)
            try stage.wait(for: "-> running", of: service, times: 2)
            let output = service.output(in: stage.folder)
            #expect(output.contains("farewell"), "\(output.suffix(500))")
            #expect(output.count(of: " of what there was to say") == 20000)
        }
    }

    @Test func `what a service says of itself costs no writing, however often it speaks`() throws {
        try withNodeStage { stage in
            try stage.waitUntilRunning()
            let service = stage.services[0]
            let state = stage.folder.file("run/node.state")
            let before = try FileManager.default.attributesOfItem(atPath: state)
            service.order("status 1000")
            service.order("barrier")
            #expect(Deadline().poll { service.output(in: stage.folder).contains("barrier passed") })
            let after = try FileManager.default.attributesOfItem(atPath: state)
            #expect(after[.modificationDate] as? Date == before[.modificationDate] as? Date)
        }
    }

    @Test func `many processes that end in one moment are all buried`() throws {
        try withNodeStage { stage in
            try stage.waitUntilRunning()
            let service = stage.services[0]
            service.order("crowd 200")
            #expect(Deadline().poll { service.output(in: stage.folder).contains("crowded") })
            let manager = stage.manager
            kill(stage.process(of: service), SIGKILL)
            try stage.wait(for: "-> running", of: service, times: 2)
            let list = "/proc/\(manager)/task/\(manager)/children"
            let children = { (try? String(contentsOfFile: list, encoding: .utf8)) ?? "" }
            #expect(
                Deadline().poll { children().split(separator: " ").count == stage.services.count },
                "\(children())")
        }
    }

    @Test(arguments: [true, false])
    func `with a service ends what has left it in two steps, however its parents ended`(isParentFirst: Bool)
        throws
    {
        try withNodeStage { stage in
            try stage.waitUntilRunning()
            let service = stage.services[0]
            service.order("burrow")
            let place = String(service.endpoint.text.dropFirst("unix:".count)) + ".burrow"
            var found: [pid_t] = []
            #expect(
                Deadline().poll {
                    let text = (try? String(contentsOfFile: place, encoding: .utf8)) ?? ""
                    found = text.split { $0 == " " || $0 == "\n" }.compactMap { pid_t($0) }
                    return found.count == 2
                })
            let (inner, outer) = (try #require(found.first), try #require(found.last))
            #expect(stage.isAlive(inner) && getsid(outer) == outer)
            #expect(Deadline().poll { getsid(inner) == inner })
            if isParentFirst {
                kill(outer, SIGKILL)
                #expect(Deadline().poll { ProcessTable.parent(of: inner) == stage.manager })
                #expect(stage.isAlive(inner))
            }
            kill(stage.process(of: service), SIGKILL)
            try stage.wait(for: "-> running", of: service, times: 2)
            #expect(Deadline().poll { !stage.isAlive(inner) && !stage.isAlive(outer) })
        }
    }

    @Test func `somebody who writes without end does not hold the end of the node manager up`() throws {
        var plan = NodePlan()
        plan.isStoppedByTest = true
        try withNodeStage(plan) { stage in
            try stage.waitUntilRunning()
            let service = stage.services[0]
            service.order("babble")
            let place = String(service.endpoint.text.dropFirst("unix:".count)) + ".babbler"
            let babbler = { (try? String(contentsOfFile: place, encoding: .utf8)).flatMap { pid_t($0) } ?? 0 }
            #expect(Deadline().poll { babbler() > 0 })
            defer { if babbler() > 0 { kill(babbler(), SIGKILL) } }
            #expect(Deadline().poll { service.output(in: stage.folder).contains("y\ny\n") })
            stage.gateway.requestTermination()
            try stage.stopNodeManager()
            // It bears no mark, but descends from the node manager.
            #expect(!stage.isAlive(babbler()))
        }
    }

    @Test func `without a descriptor left the node manager waits for one, and does not spin`() throws {
        var plan = NodePlan()
        plan.settings["restart"] = "{ delay: 2s, longest-delay: 2s, burst: 100 }"
        plan.allowsErrors = true
        try withNodeStage(plan) { stage in
            try stage.waitUntilRunning()
            let manager = stage.manager
            let taken = try FileManager.default.contentsOfDirectory(atPath: "/proc/\(manager)/fd")
            let limit = try #require((0..<1024).first { !taken.contains("\($0)") })
            func setLimit(_ limit: Int) throws {
                let command = try Command("prlimit", ["--pid", "\(manager)", "--nofile=\(limit):"])
                #expect(command.ending == .exited(0), "\(command.errors)")
            }
            try setLimit(limit)
            let client = try Socket.connect(to: .unix(path: stage.folder.file("run/node.sock")))
            // Two seconds later it finds that it cannot start the service either: that is how long it had to wait.
            kill(stage.process(of: stage.services[0]), SIGKILL)
            let before = try cpuTicks(of: manager)
            #expect(Deadline().poll { stage.nodeLog.contains("cannot start") }, "\(stage.nodeLog)")
            let ticks = try cpuTicks(of: manager) - before
            #expect(ticks < 50, "\(ticks) of \(sysconf(Int32(_SC_CLK_TCK))) ticks a second")
            try setLimit(1024)
            #expect(Socket.waitReadable(client.number, until: .now + .seconds(20)))
            try stage.wait(for: "-> running", of: stage.services[0], times: 2)
        }
    }

    /// The time that a process has worked so far, in the kernel's ticks.
    private func cpuTicks(of process: pid_t) throws -> Int {
        let text = try String(contentsOfFile: "/proc/\(process)/stat", encoding: .utf8)
        let fields = text.split(separator: ")").last?.split(separator: " ") ?? []
        return try #require(fields.count > 12 ? Int(fields[11]) : nil) + #require(Int(fields[12]))
    }
}

extension String {
    /// How often `word` stands in it.
    fileprivate func count(of word: String) -> Int { components(separatedBy: word).count - 1 }
}
