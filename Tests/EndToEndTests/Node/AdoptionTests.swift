internal import Foundation
internal import Glibc
internal import Platform
internal import TestSupport
internal import Testing

/// Settings that have changed while no node manager was there to hear of it.
@Suite(.logOnFailure) struct AdoptionTests {
    private func killManager(_ stage: NodeStage, times count: Int) throws {
        let manager = stage.manager
        try #require(manager > 0)
        kill(manager, SIGKILL)
        #expect(
            Deadline().poll {
                stage.gateway.logLines.count { $0.contains("node manager: another one is there") } == count
            })
        #expect(stage.manager != manager)
    }

    /// The gateway may come to the next manager after this has happened.
    private func waitForReplacement(of service: NodeService, _ stage: NodeStage) {
        let sentence = "\(service.identity): restarting (settings changed)"
        #expect(Deadline().poll { stage.nodeLog.contains(sentence) }, "\(stage.nodeLog)")
    }

    @Test
    func `a process that would be started in another way now is replaced when it is taken over`() throws {
        var plan = NodePlan()
        plan.single[0] = ["environment": "{ COLOUR: 5c9e1bc4a7 }"]
        try withNodeStage(plan) { stage in
            let (service, other) = (stage.services[0], stage.services[1])
            try stage.waitUntilRunning()
            let processes = stage.services.map(stage.process(of:))
            let told = try stage.status(of: service)
            service.order("verbose")
            #expect(Deadline().poll { service.output(in: stage.folder).contains("will be verbose") })
            // What it is started with may be a secret: the state file does not tell.
            let state = { try String(contentsOfFile: stage.folder.file("run/node.state"), encoding: .utf8) }
            #expect(try !state().contains("5c9e1bc4a7") && !state().contains("COLOUR"))
            try stage.rewrite { $0.single[0] = ["environment": "{ COLOUR: red }", "stop": "{ grace: 60s }"] }
            try killManager(stage, times: 1)
            waitForReplacement(of: service, stage)
            try stage.wait(for: "-> running", of: service, times: 2)
            let next = stage.process(of: service)
            #expect(next != processes[0] && !stage.isAlive(processes[0]))
            #expect(ProcessTable.variable("COLOUR", of: next) == "red")
            #expect(try stage.status(of: service).incarnation == told.incarnation + 1)
            // It was told to end, and could say all that it had to say.
            #expect(Deadline().poll { service.output(in: stage.folder).contains("farewell") })
            #expect(stage.process(of: other) == processes[1])
            #expect(stage.transitions(of: other).count == 1)
            // The one after that finds it as it should be.
            try killManager(stage, times: 2)
            #expect(stage.nodeLog.contains("2 of them found running"), "\(stage.nodeLog)")
            #expect(stage.process(of: service) == next && stage.isAlive(next))
            #expect(stage.transitions(of: service).count == 3)
        }
    }

    @Test func `what is nothing to a process, or changes back, leaves it alone when it is taken over`() throws
    {
        try withNodeStage { stage in
            try stage.waitUntilRunning()
            let processes = stage.services.map(stage.process(of:))
            try stage.rewrite { $0.settings["restart"] = "{ delay: 60ms }" }
            try killManager(stage, times: 1)
            try stage.rewrite { $0.single[0] = ["environment": "{ COLOUR: red }"] }
            try stage.rewrite { $0.single[0] = nil }
            try killManager(stage, times: 2)
            #expect(stage.services.map(stage.process(of:)) == processes)
            #expect(processes.allSatisfy(stage.isAlive))
            for service in stage.services { #expect(stage.transitions(of: service).count == 1) }
        }
    }

    @Test func `a process that is to run as somebody whom nobody knows ends as it was told to`() throws {
        var plan = NodePlan()
        plan.single[0] = ["restart": "{ delay: 10ms, burst: 2, rest: 1h }"]
        try withNodeStage(plan) { stage in
            let service = stage.services[0]
            try stage.waitUntilRunning()
            let process = stage.process(of: service)
            service.order("verbose")
            #expect(Deadline().poll { service.output(in: stage.folder).contains("will be verbose") })
            try stage.rewrite { $0.single[0]?["user"] = "limpet-nobody-is-called-so" }
            try killManager(stage, times: 1)
            waitForReplacement(of: service, stage)
            try stage.wait(for: "notRunning (no process: start: No such process)", of: service)
            #expect(!stage.isAlive(process))
            #expect(service.output(in: stage.folder).contains("farewell"))
            #expect(stage.nodeLog.contains("\(service.identity): cannot start: user: No such process"))
        }
    }
}
