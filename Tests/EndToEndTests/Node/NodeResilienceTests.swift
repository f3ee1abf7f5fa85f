internal import Demonstration
internal import Foundation
internal import Glibc
internal import Platform
internal import TestSupport
internal import Testing

/// What goes on when the gateway or the node manager is killed.
@Suite(.logOnFailure) struct NodeResilienceTests {
    @Test func `a killed gateway leaves services and node manager alone, and the next one finds them`() throws
    {
        try withNodeStage { stage in
            try stage.waitUntilRunning()
            let processes = stage.services.map(stage.process(of:))
            let manager = stage.manager
            #expect(manager > 0)
            try stage.restartGateway()
            try stage.waitUntilRunning()
            #expect(stage.manager == manager)
            #expect(stage.services.map(stage.process(of:)) == processes)
            #expect(!stage.gateway.logLines.contains { $0.contains("node manager: started") })
            _ = try stage.settled(3)
        }
    }

    @Test func `a killed node manager leaves the services alone, and the next one takes them over`() throws {
        try withNodeStage { stage in
            try stage.waitUntilRunning()
            let clients = try stage.settled()
            let processes = stage.services.map(stage.process(of:))
            let manager = stage.manager
            kill(manager, SIGKILL)
            #expect(Deadline().poll { stage.manager > 0 && stage.manager != manager })
            #expect(stage.gateway.waitForLog("node manager: another one is there"))
            #expect(stage.services.map(stage.process(of:)) == processes)
            #expect(processes.allSatisfy(stage.isAlive))
            #expect(stage.nodeLog.contains("2 of them found running"), "\(stage.nodeLog)")
            // Nobody has noticed: it was back before its silence counted.
            try stage.expectOwners(clients)
            for service in stage.services { #expect(stage.transitions(of: service).count == 1) }
            // What it has taken over it also watches, hears and writes down.
            stage.services[0].order("print still here")
            let log = stage.folder.file("run/logs/portal-0@test.log")
            #expect(
                Deadline().poll {
                    (try? String(contentsOfFile: log, encoding: .utf8))?.contains("still here") ?? false
                })
            kill(processes[0], SIGKILL)
            try stage.wait(
                for: "running -> starting (process restarting: ended unseen)", of: stage.services[0])
            try stage.wait(for: "-> running", of: stage.services[0], times: 2)
            try stage.expectOwners(clients)
        }
    }

    @Test
    func
        `a node manager that is silent makes its services starting, then not running, until it is heard again`()
        throws
    {
        var plan = NodePlan()
        plan.manager = "{ directory: run, silence: 1s, lost: 2s }"
        try withNodeStage(plan) { stage in
            try stage.waitUntilRunning()
            let manager = stage.manager
            kill(manager, SIGSTOP)
            defer { kill(manager, SIGCONT) }
            for service in stage.services {
                try stage.wait(for: "running -> starting (node manager silent)", of: service)
                try stage.wait(for: "starting -> notRunning (node manager lost)", of: service)
            }
            kill(manager, SIGCONT)
            for service in stage.services {
                try stage.wait(for: "notRunning -> starting (node manager heard again)", of: service)
                try stage.wait(for: "-> running", of: service, times: 2)
            }
            // The next time it is noticed as well.
            kill(manager, SIGSTOP)
            for service in stage.services {
                try stage.wait(for: "running -> starting (node manager silent)", of: service, times: 2)
                try stage.wait(for: "starting -> notRunning (node manager lost)", of: service, times: 2)
            }
            kill(manager, SIGCONT)
            for service in stage.services { try stage.wait(for: "-> running", of: service, times: 3) }
        }
    }

    @Test func `a node manager that was away for long ends no service that has fed its watchdog`() throws {
        var plan = NodePlan()
        plan.services = 4
        plan.settings["watchdog"] = "1s"
        plan.settings["environment"] = "{ FEEDS: always }"
        plan.manager = "{ directory: run, silence: 3s, lost: 15s }"
        try withNodeStage(plan) { stage in
            try stage.waitUntilRunning()
            let processes = stage.services.map(stage.process(of:))
            let manager = stage.manager
            defer { kill(manager, SIGCONT) }
            for round in 1...2 {
                kill(manager, SIGSTOP)
                // It is noticed after three times what the watchdog allows.
                for service in stage.services {
                    try stage.wait(
                        for: "running -> starting (node manager silent)", of: service, times: round)
                }
                kill(manager, SIGCONT)
                for service in stage.services {
                    try stage.wait(for: "-> running", of: service, times: round + 1)
                }
            }
            for service in stage.services {
                service.order("barrier")
                #expect(Deadline().poll { service.output(in: stage.folder).contains("barrier passed") })
            }
            #expect(stage.services.map(stage.process(of:)) == processes)
            #expect(!stage.nodeLog.contains("watchdog"), "\(stage.nodeLog)")
        }
    }

    @Test func `a process that the node manager did not come to write down is not there twice`() throws {
        try withNodeStage { stage in
            try stage.waitUntilRunning()
            let manager = stage.manager
            let process = stage.process(of: stage.services[0])
            kill(manager, SIGSTOP)
            // As if it had been killed between the start and the writing.
            let state = stage.folder.file("run/node.state")
            let text = try String(contentsOfFile: state, encoding: .utf8)
            let lines = text.split(separator: "\n").filter { !$0.hasPrefix("portal-0@test") }
            try Data((lines.joined(separator: "\n") + "\n").utf8).write(to: URL(fileURLWithPath: state))
            kill(manager, SIGKILL)
            #expect(Deadline().poll { !stage.isAlive(process) })
            try stage.wait(for: "-> running", of: stage.services[0], times: 2)
            #expect(stage.isAlive(stage.process(of: stage.services[1])))
        }
    }

    @Test(arguments: [ClientKind.stateless13, .ticket12])
    func `after the gateway was killed, every session resumes and reaches its owner`(kind: ClientKind) throws
    {
        var plan = NodePlan()
        plan.services = 3
        let memory = MemoryFolder()
        plan.tls["ticket-keys"] = "{ state: keys.state, seal: \(memory.path) }"
        try withNodeStage(plan) { stage in
            try stage.waitUntilRunning()
            let clients = try stage.settled(12, kind)
            for _ in 0..<2 {
                try stage.restartGateway()
                try stage.waitUntilRunning()
                try stage.expectOwners(clients)
            }
            let attributes = try FileManager.default.attributesOfItem(atPath: stage.folder.file("keys.state"))
            #expect(attributes[.posixPermissions] as? Int == 0o600)
        }
    }

    @Test func `a state file that others can read is left alone, and told of`() throws {
        var plan = NodePlan()
        plan.tls["ticket-keys"] = "{ state: keys.state }"
        plan.prepare = { _, folder in
            try folder.write("somebody else's", to: "keys.state")
            return []
        }
        plan.allowsErrors = true
        try withNodeStage(plan) { stage in
            try stage.waitUntilRunning()
            #expect(stage.gateway.waitForLog("ticket keys are not kept for a restart"))
            let text = try String(contentsOfFile: stage.folder.file("keys.state"), encoding: .utf8)
            #expect(text == "somebody else's")
        }
    }
}
