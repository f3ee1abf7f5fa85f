internal import Demonstration
internal import Foundation
internal import Platform
internal import TestSupport
internal import Testing

/// The demo service and the demonstration themselves, as processes.
@Suite(.logOnFailure) struct DemoServiceTests {
    @Test func `a demo service says who it is, on one connection as often as it is asked`() throws {
        try withService { loop, instance in
            let answers = try get(["/", "/a/b?c", "/"], from: instance, on: loop)
            #expect(answers.map(\.status) == [200, 200, 200])
            #expect(answers.allSatisfy { $0.servedBy == "portal-1@a" })
            #expect(Set(answers.map(\.incarnation)).count == 1)
            #expect(answers[0].body.text == "portal-1@a incarnation \(answers[0].incarnation)\n")
        }
    }

    @Test func `a demo service gives as many bytes as it is asked for`() throws {
        try withService { loop, instance in
            let answers = try get(
                ["/bytes/0", "/bytes/1", "/bytes/1000000", "/bytes/-1", "/bytes/x"], from: instance, on: loop)
            #expect(answers.map(\.status) == [200, 200, 200, 400, 400])
            #expect(answers.prefix(3).map(\.body.count) == [0, 1, 65_536], "the client keeps 64 KiB")
        }
    }

    @Test func `a restarted demo service has its identity and another incarnation`() throws {
        try withService { loop, instance in
            let before = try get(["/"], from: instance, on: loop)
            instance.kill()
            #expect(try !instance.isWell(loop), "its port refuses connections while it is down")
            try instance.start()
            #expect(try Deadline().poll { try instance.isWell(loop) })
            let after = try get(["/"], from: instance, on: loop)
            #expect(before[0].servedBy == after[0].servedBy)
            #expect(before[0].incarnation != after[0].incarnation)
        }
    }

    @Test func `a demo service refuses what is no HTTP and goes on`() throws {
        try withService { loop, instance in
            let client = try RawClient(to: .ipv4(port: try #require(instance.address.port)))
            try client.send("GET / HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n")
            #expect(try client.readResponse().status == 400)
            #expect(try get(["/"], from: instance, on: loop).map(\.status) == [200])
        }
    }

    @Test func `an interrupted demonstration leaves no process and no file behind`() throws {
        let folder = try TemporaryFolder()
        let output = folder.file("output")
        #expect(FileManager.default.createFile(atPath: output, contents: nil))
        let handle = try #require(FileHandle(forWritingAtPath: output))
        let demo = try TestSupport.ChildProcess(
            GatewayBinary.path, ["demo", "--certificates", DevelopmentCertificates.folder],
            environment: ["TMPDIR": folder.path],
            descriptors: [nil, handle.fileDescriptor, handle.fileDescriptor])
        let hasBegun = try Deadline(in: .seconds(40)).poll {
            try String(contentsOfFile: output, encoding: .utf8).contains("clients: ")
        }
        let said = try String(contentsOfFile: output, encoding: .utf8)
        #expect(hasBegun, "\(said)")
        demo.signal(SIGINT)
        #expect(demo.wait(until: Deadline(in: .seconds(40))) == .exited(1))
        #expect(Deadline().poll { !demo.hasLeftProcesses })
        #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path) == ["output"])
    }

    private func withService(_ body: (ClientLoop, DemoInstance) throws -> Void) throws {
        let loop = try ClientLoop()
        let instance = try DemoInstance(identity: "portal-1@a", executable: GatewayBinary.path)
        try instance.start()
        defer { instance.stop() }
        #expect(try Deadline().poll { try instance.isWell(loop) })
        try body(loop, instance)
    }

    private func get(_ paths: [String], from instance: DemoInstance, on loop: ClientLoop) throws
        -> [VisitRecord.Answer]
    {
        let visit = Visit(VisitPlan(address: instance.address, paths: paths), context: nil, loop: loop.loop)
        try loop.run([visit])
        #expect(visit.record.failure == nil && visit.record.answers.count == paths.count, "\(visit.record)")
        return visit.record.answers
    }
}
