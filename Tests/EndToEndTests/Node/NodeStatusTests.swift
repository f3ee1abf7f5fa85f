internal import Demonstration
internal import Foundation
internal import Glibc
internal import Platform
internal import TestSupport
internal import Testing

/// What the gateway knows of the processes of local services, and what their clients notice.
@Suite(.logOnFailure) struct NodeStatusTests {
    @Test
    func
        `a service gets nothing before it has said that it is ready; its clients wait, new ones go elsewhere`()
        throws
    {
        var plan = NodePlan()
        plan.announcing = [0]
        try withNodeStage(plan) { stage in
            let (slow, other) = (stage.services[0], stage.services[1])
            try stage.waitUntilRunning([other])
            for client in try stage.settled(4) { #expect(client.owner() == other.identity) }
            slow.order("notify READY=1")
            try stage.waitUntilRunning([slow])
            let clients = try stage.settled(reaching: slow)
            // Another process of it: its sessions stay its own, and wait.
            let first = stage.process(of: slow)
            slow.order("exit 3")
            try stage.wait(for: "running -> starting (process restarting: exit code 3)", of: slow)
            let mine = clients.first { $0.owner() == slow.identity }
            let waiting = try #require(mine).makeVisit(on: stage.loop, lineage: 0, requests: 1)
            #expect(stage.waitForProcess(of: slow, after: first) != first)
            for client in try stage.settled(3) { #expect(client.owner() == other.identity) }
            slow.order("notify READY=1")
            try stage.loop.run([waiting.visit])
            let outcome = try #require(mine?.learn(from: [waiting]).first)
            #expect(outcome.reachedOwner && outcome.record.isResumed, "\(outcome)")
            try stage.expectOwners(clients)
        }
    }

    @Test func `a killed service is starting at once, and keeps its sessions`() throws {
        try withNodeStage { stage in
            try stage.waitUntilRunning()
            let clients = try stage.settled(reaching: stage.services[0])
            let process = stage.process(of: stage.services[0])
            kill(process, SIGKILL)
            try stage.wait(for: "running -> starting (process restarting: signal 9)", of: stage.services[0])
            try stage.wait(for: "-> running", of: stage.services[0], times: 2)
            #expect(stage.waitForProcess(of: stage.services[0], after: process) != process)
            try stage.expectOwners(clients)
        }
    }

    @Test func `requests of a session while its owner is killed again and again are all served by it`() throws
    {
        var plan = NodePlan()
        plan.settings["restart"] = "{ delay: 50ms, longest-delay: 50ms, burst: 100 }"
        try withNodeStage(plan) { stage in
            let service = stage.services[0]
            try stage.waitUntilRunning()
            let client = try #require(
                try stage.settled(reaching: service).first { $0.owner() == service.identity })
            for round in 1...3 {
                let process = stage.process(of: service)
                kill(process, SIGKILL)
                try stage.wait(for: "process restarting: signal 9", of: service, times: round)
                let outcome = try client.visit(on: stage.loop)
                #expect(outcome.reachedOwner && outcome.record.isResumed, "\(outcome)")
            }
        }
    }

    @Test func `a hanging service is not running by its probes, and back when it goes on`() throws {
        try withNodeStage { stage in
            let service = stage.services[0]
            try stage.waitUntilRunning()
            let process = stage.process(of: service)
            kill(process, SIGSTOP)
            try stage.wait(for: "running -> notRunning (probe failed", of: service)
            let clients = try stage.settled(3)
            #expect(clients.allSatisfy { $0.owner() == stage.services[1].identity })
            kill(process, SIGCONT)
            try stage.wait(for: "-> running", of: service, times: 2)
            #expect(stage.process(of: service) == process)
        }
    }

    @Test func `a service whose watchdog is silent is killed and started again`() throws {
        var plan = NodePlan()
        plan.single[0] = ["watchdog": "1s"]
        try withNodeStage(plan) { stage in
            let service = stage.services[0]
            try stage.waitUntilRunning()
            let process = stage.process(of: service)
            try stage.wait(for: "notRunning (watchdog silent)", of: service)
            try stage.wait(for: "notRunning -> starting (process restarting: watchdog silent)", of: service)
            #expect(stage.waitForProcess(of: service, after: process) != process)
            #expect(!stage.isAlive(process))
        }
    }

    @Test func `a service that crashes in a loop rests, and the others serve`() throws {
        var plan = NodePlan()
        plan.single[0] = [
            "restart": "{ delay: 10ms, burst: 3, rest: 1h }", "run": "[/bin/sh, -c, \"exit 7\"]",
        ]
        try withNodeStage(plan) { stage in
            let service = stage.services[0]
            try stage.waitUntilRunning([stage.services[1]])
            try stage.wait(for: "notRunning (no process: exit code 7)", of: service)
            let clients = try stage.settled(3)
            #expect(clients.allSatisfy { $0.owner() == stage.services[1].identity })
            #expect(stage.nodeLog.contains("\(service.identity): ended (exit code 7)"), "\(stage.nodeLog)")
        }
    }

    @Test func `a program that is not there is no process, and says so`() throws {
        var plan = NodePlan()
        plan.single[0] = ["restart": "{ delay: 10ms, burst: 2, rest: 1h }", "run": "[/nowhere/program]"]
        try withNodeStage(plan) { stage in
            try stage.wait(
                for: "notRunning (no process: start: No such file or directory)", of: stage.services[0])
            #expect(stage.nodeLog.contains("cannot start: execute: No such file or directory"))
        }
    }

    @Test func `a stranger at the address of a service gets nothing`() throws {
        var plan = NodePlan()
        plan.single[0] = ["restart": "{ delay: 10ms, burst: 100 }"]
        try withNodeStage(plan) { stage in
            let service = stage.services[0]
            try stage.waitUntilRunning()
            let process = stage.process(of: service)
            // It frees its address, a stranger takes it, and the service ends.
            service.order("deafen")
            try stage.wait(for: "running -> notRunning", of: service)
            let stranger = try RecordingUpstream(on: service.endpoint) { connection in
                while true {
                    try connection.readRequest()
                    try connection.send(RecordingUpstream.response("stranger"))
                }
            }
            service.order("exit 0")
            try stage.wait(for: "(no process: its address is taken)", of: service)
            let clients = try stage.settled(4)
            #expect(clients.allSatisfy { $0.owner() == stage.services[1].identity })
            // When the stranger has gone, the service is there again.
            stranger.stop()
            try stage.wait(for: "-> running", of: service, times: 2)
            #expect(stage.waitForProcess(of: service, after: process) != process)
        }
    }

    @Test func `only processes of the service are heard`() throws {
        var plan = NodePlan()
        plan.announcing = [0]
        try withNodeStage(plan) { stage in
            let service = stage.services[0]
            try stage.waitUntilRunning([stage.services[1]])
            service.order("stranger READY=1")
            #expect(Deadline().poll { stage.nodeLog.contains("which is no service's") }, "\(stage.nodeLog)")
            #expect(!stage.transitions(of: service).contains { $0.contains("-> running") })
            #expect(!stage.nodeLog.contains("\(service.identity): ready"))
            // A process of its group may speak for it, as systemd-notify does.
            service.order("child READY=1")
            try stage.waitUntilRunning([service])
        }
    }

    @Test func `services start behind those that they need, and end before them`() throws {
        var plan = NodePlan()
        plan.announcing = [0]
        plan.single[1] = ["after": "portal-0@test"]
        plan.isStoppedByTest = true
        try withNodeStage(plan) { stage in
            let (first, second) = (stage.services[0], stage.services[1])
            #expect(stage.waitForProcess(of: first) > 0)
            #expect(stage.process(of: second) == 0)
            first.order("notify READY=1")
            try stage.waitUntilRunning()
            #expect(stage.process(of: second) > 0)
            stage.gateway.requestTermination()
            try stage.stopNodeManager()
            let log = stage.nodeLog
            let order = [second, first].map { log.range(of: "\($0.identity): ended (stopped)")?.lowerBound }
            #expect(try #require(order[0]) < #require(order[1]))
        }
    }

    @Test func `what a service writes is in its log, and what it leaves behind ends with it`() throws {
        try withNodeStage { stage in
            let service = stage.services[0]
            try stage.waitUntilRunning()
            let log = stage.folder.file("run/logs/\(service.identity).log")
            let text = { (try? String(contentsOfFile: log, encoding: .utf8)) ?? "" }
            #expect(text().contains("\(service.identity) starts as \(stage.process(of: service))"))
            service.order("escape")
            #expect(Deadline().poll { text().contains("escaped ") })
            let word = text().split(whereSeparator: \.isWhitespace).drop { $0 != "escaped" }.dropFirst().first
            let escaped = try #require(word.flatMap { pid_t($0) })
            #expect(stage.isAlive(escaped))
            kill(stage.process(of: service), SIGKILL)
            #expect(Deadline().poll { !stage.isAlive(escaped) })
            try stage.wait(for: "-> running", of: service, times: 2)
        }
    }

    @Test func `a change of what is nothing to the process leaves it alone`() throws {
        try withNodeStage { stage in
            try stage.waitUntilRunning()
            let processes = stage.services.map(stage.process(of:))
            try stage.reload { plan in
                plan.settings["restart"] = "{ delay: 60ms }"
                plan.single[1] = ["stop": "{ grace: 20s }"]
            }
            #expect(
                Deadline().poll { stage.nodeLog.contains("the new configuration is in force") },
                "\(stage.nodeLog)")
            #expect(stage.services.map(stage.process(of:)) == processes)
            for service in stage.services { #expect(stage.transitions(of: service).count == 1) }
        }
    }

    @Test
    func `a node manager that has no service any more ends, and another one comes with the next service`()
        throws
    {
        try withNodeStage { stage in
            try stage.waitUntilRunning()
            let processes = stage.services.map(stage.process(of:))
            let manager = stage.manager
            try stage.reload { $0.areLocal = false }
            #expect(Deadline(in: .seconds(30)).poll { !stage.isAlive(manager) }, "\(stage.nodeLog)")
            #expect(!processes.contains(where: stage.isAlive))
            try stage.reload { $0.areLocal = true }
            for (service, process) in zip(stage.services, processes) {
                #expect(stage.waitForProcess(of: service, after: process) != process)
                try stage.wait(for: "-> running", of: service, times: 2)
            }
        }
    }

    @Test func `another folder takes effect after a restart, and there is one node manager all the while`()
        throws
    {
        try withNodeStage { stage in
            try stage.waitUntilRunning()
            let processes = stage.services.map(stage.process(of:))
            let manager = stage.manager
            try stage.reload { $0.manager = "{ directory: elsewhere, silence: 3s, lost: 15s }" }
            #expect(stage.gateway.waitForLog("node-manager.directory"))
            // One that is missed comes back to the same folder.
            kill(manager, SIGKILL)
            #expect(stage.gateway.waitForLog("node manager: another one is there"))
            #expect(stage.manager != manager)
            #expect(stage.services.map(stage.process(of:)) == processes)
            #expect(!FileManager.default.fileExists(atPath: stage.folder.file("elsewhere")))
            try stage.reload { $0.manager = "{ directory: run, silence: 3s, lost: 15s }" }
        }
    }

    @Test func `a reload starts, stops and replaces what has changed, and nothing else`() throws {
        try withNodeStage { stage in
            try stage.waitUntilRunning()
            let processes = stage.services.map(stage.process(of:))
            try stage.reload { plan in plan.single[1] = ["environment": "{ COLOUR: red }"] }
            #expect(stage.waitForProcess(of: stage.services[1], after: processes[1]) != processes[1])
            try stage.wait(for: "(process restarting: settings changed)", of: stage.services[1])
            #expect(stage.process(of: stage.services[0]) == processes[0])
            try stage.wait(for: "-> running", of: stage.services[1], times: 2)
        }
    }
}
