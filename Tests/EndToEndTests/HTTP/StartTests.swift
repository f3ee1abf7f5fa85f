internal import Foundation
internal import Glibc
internal import TestSupport
internal import Testing

/// What a gateway says when it starts, and when it can't.
@Suite(.logOnFailure)
struct StartTests {
    private static let workers = 8

    /// A gateway that may have so many descriptors open.
    private func start(_ folder: TemporaryFolder, descriptors: Int) throws -> (ChildProcess, NotifySocket) {
        let notifications = try NotifySocket(path: folder.file("notify-\(descriptors)"))
        let script = "ulimit -n \(descriptors) && exec \"$@\""
        let child = try ChildProcess(
            "/bin/sh",
            ["-c", script, "sh", GatewayBinary.path, "run", "-c", folder.file("limpet.yaml")],
            environment: ["NOTIFY_SOCKET": notifications.path])
        return (child, notifications)
    }

    @Test func `a gateway is ready when all of its workers are, or ends with 1 and never was`() throws {
        let folder = try TemporaryFolder()
        try folder.write(
            """
            workers: \(Self.workers)
            listeners: [{ address: "unix:limpet.sock", mode: plain }]
            services: { portal: { instances: [{ id: a@b, address: "127.0.0.1:9" }] } }
            routes: [{ service: portal }]

            """, to: "limpet.yaml")
        var outcomes: [Bool] = []
        // From too few for anything, over too few for each of the workers, to enough.
        for descriptors in 8...48 {
            let (child, notifications) = try start(folder, descriptors: descriptors)
            let isDecided = try Deadline().poll(every: .zero) {
                try notifications.wait(for: "READY=1", until: Deadline(in: .milliseconds(20)))
                    || !child.isRunning
            }
            #expect(isDecided, "with \(descriptors) descriptors")
            let isReady = try notifications.wait(for: "READY=1", until: Deadline(in: .zero))
            outcomes.append(isReady)
            child.signal(SIGTERM)
            let ending = child.wait()
            #expect(
                isReady ? ending == .exited(0) : ending != .exited(0), "\(String(describing: ending))")
            let isLeft = FileManager.default.fileExists(atPath: folder.file("limpet.sock"))
            #expect(!isLeft, "the socket's file, with \(descriptors) descriptors")
        }
        #expect(outcomes.first == false && outcomes.last == true)
    }

    @Test func `an access log that nobody reads any more ends nothing`() throws {
        let upstream = try RecordingUpstream.answering()
        let folder = try TemporaryFolder()
        let path = folder.file("pipe")
        try #require(unsafe mkfifo(path, 0o600) == 0)
        var reader: Int32 = unsafe open(path, O_RDWR | O_CLOEXEC)
        var configuration = GatewayConfiguration(upstreams: [upstream])
        configuration.sections["access-log"] = "{ path: \"\(path)\" }"
        try withGateway(configuration, folder: folder) { gateway in
            let client = try gateway.connect()
            for round in 0..<3 {
                try client.send(request())
                #expect(try client.readResponse().status == 200)
                if round == 0 {
                    var room = [UInt8](repeating: 0, count: 1 << 16)
                    #expect(unsafe read(reader, &room, room.count) > 0)
                    close(reader)
                    reader = -1
                }
            }
        }
    }

    @Test func `an access log whose reader hangs does not keep the gateway from ending`() throws {
        let upstream = try RecordingUpstream.answering()
        let folder = try TemporaryFolder()
        let path = folder.file("pipe")
        try #require(unsafe mkfifo(path, 0o600) == 0)
        let reader = unsafe open(path, O_RDWR | O_CLOEXEC)
        defer { close(reader) }
        var configuration = GatewayConfiguration(upstreams: [upstream])
        configuration.sections["access-log"] = "{ path: \"\(path)\" }"
        configuration.sections["workers"] = "1"
        try withGateway(configuration, folder: folder) { gateway in
            let client = try gateway.connect()
            let batch = String(repeating: request(), count: 50)
            // Twice what a pipe holds.
            for _ in 0..<10 {
                try client.send(batch)
                for _ in 0..<50 { #expect(try client.readResponse().status == 200) }
            }
            let ending = try gateway.terminate(until: Deadline(in: .seconds(5)))
            #expect(ending == .exited(0))
            #expect(gateway.waitForLog("the access log lacks"))
        }
    }
}
