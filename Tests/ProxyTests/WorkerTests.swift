import Platform
import Runtime
import Testing

@testable import Proxy

/// What a worker keeps, gives back and lets go of.
@Suite struct WorkerTests {
    private static let get = "GET / HTTP/1.1\r\nHost: a.test\r\n\r\n"
    private static let ok = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok"

    /// A client that has been answered once, and the service's side of the connection that brought its request.
    private func serveOnce(_ stage: WorkerStage) throws -> (client: Peer, service: Peer) {
        let client = try stage.connect()
        client.send(Self.get)
        let service = try stage.accept()
        try stage.read(service, until: "\r\n\r\n")
        service.send(Self.ok)
        try stage.read(client, until: "ok")
        return (client, service)
    }

    @Test func `a connection to a service is used again, and counted as long as it is in use`() throws {
        let stage = try WorkerStage()
        try stage.begin()
        let client = try stage.connect()
        client.send(Self.get)
        let service = try stage.accept()
        try stage.read(service, until: "\r\n\r\n")
        #expect(stage.pool().inUse == 1)
        service.send(Self.ok)
        try stage.read(client, until: "ok")
        #expect(stage.pool().inUse == 0)
        client.send(Self.get)
        try stage.read(service, until: "\r\n\r\n")
        service.send(Self.ok)
        try stage.read(client, until: "ok")
        try stage.end()
    }

    /// The end comes in the same event as the connection, and with a UNIX socket no other event follows.
    @Test(arguments: [false, true])
    func `a service that ends a connection as soon as it is there is asked again`(
        isLocal: Bool
    ) throws {
        let stage = try WorkerStage(areLocal: isLocal)
        try stage.begin()
        let client = try stage.connect()
        client.send(Self.get)
        _ = try stage.accept()
        let service = try stage.accept()
        try stage.read(service, until: "\r\n\r\n")
        service.send(Self.ok)
        try stage.read(client, until: "ok")
        try stage.end()
    }

    @Test func `a wave of requests finds the connections that the one before has left`() throws {
        let stage = try WorkerStage(service: "pool: { idle: 1 }")
        try stage.begin()
        let clients = try (0..<4).map { _ in try stage.connect() }
        for client in clients { client.send(Self.get) }
        let services = try clients.map { _ in try stage.accept() }
        for _ in 0..<2 {
            for service in services { try stage.read(service, until: "\r\n\r\n") }
            #expect(stage.pool().inUse == clients.count)
            for service in services { service.send(Self.ok) }
            for client in clients { try stage.read(client, until: "ok") }
            for client in clients { client.send(Self.get) }
        }
        for service in services {
            try stage.read(service, until: "\r\n\r\n")
            service.send(Self.ok)
        }
        for client in clients { try stage.read(client, until: "ok") }
        // No more waves: all but as many as may be idle go.
        let haveGone = try stage.turn {
            for service in services { _ = service.receive() }
            return services.count(where: \.hasEnded) == 3
        }
        #expect(haveGone)
        try stage.end()
    }

    @Test func `no connection is kept where none may be idle`() throws {
        let stage = try WorkerStage(service: "pool: { idle: 0 }")
        try stage.begin()
        let (_, service) = try serveOnce(stage)
        try stage.readEnd(service)
        try stage.end()
    }

    @Test func `everything is given back when clients have gone, however they went`() throws {
        let stage = try WorkerStage()
        try stage.begin()
        let before = stage.handlerCount
        // Answered; within a head; within a body; while the service works; while the response comes.
        let texts = [
            Self.get, "GET / HT", "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 9\r\n\r\nhel", Self.get,
            Self.get,
        ]
        for isReset in [true, false] {
            for (step, text) in texts.enumerated() {
                var client: Peer? = try stage.connect()
                client?.send(text)
                #expect(try stage.turn { stage.worker.connectionCount == 1 })
                let service = step == 1 ? nil : try stage.accept()
                if let service { try stage.read(service, until: step == 2 ? "hel" : "\r\n\r\n") }
                if step == 0, let client {
                    service?.send(Self.ok)
                    try stage.read(client, until: "ok")
                }
                if step == 4, let client {
                    service?.send("HTTP/1.1 200 OK\r\nContent-Length: 20\r\n\r\nok")
                    try stage.read(client, until: "ok")
                }
                if isReset { client?.resetOnClose() }
                client = nil
                if step == 3, !isReset { service?.send(Self.ok) }
                if step == 4, !isReset { service?.send(String(repeating: "x", count: 18)) }
                stage.pool().closeIdle()
                let isGone = try stage.turn {
                    if stage.pool().inUse == 0 { stage.pool().closeIdle() }
                    return stage.pool().inUse == 0 && stage.worker.connectionCount == 0
                }
                #expect(isGone, "step \(step), reset \(isReset)")
            }
        }
        // One exchange rests for the next request.
        #expect(stage.handlerCount <= before + 1)
        try stage.end()
    }

    @Test func `an exchange that is used again has nothing of the request before`() throws {
        let stage = try WorkerStage(rest: "limits: { body: 10 }")
        try stage.begin()
        let client = try stage.connect()
        client.send("POST / HTTP/1.1\r\nHost: a\r\nExpect: 100-continue\r\nContent-Length: 2\r\n\r\nhi")
        let service = try stage.accept()
        try stage.read(service, until: "hi")
        service.send("HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 201 Created\r\nContent-Length: 1\r\n\r\nx")
        try stage.read(client, until: "x")
        client.send("HEAD / HTTP/1.0\r\nConnection: keep-alive\r\n\r\n")
        try stage.read(service, until: "\r\n\r\n")
        service.send("HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\n")
        let head = try stage.read(client, until: "\r\n\r\n")
        #expect(head.contains("Content-Length: 5") && head.contains("Connection: keep-alive"))
        client.send(Self.get)
        try stage.read(service, until: "\r\n\r\n")
        service.send(Self.ok)
        let answer = try stage.read(client, until: "\r\n\r\nok")
        #expect(!answer.contains("Connection:"))
        try stage.end()
    }

    @Test func `a drained worker finishes what is under way and ends by itself`() throws {
        let stage = try WorkerStage()
        try stage.begin()
        let idle = try stage.connect()
        let busy = try stage.connect()
        busy.send(Self.get)
        let service = try stage.accept()
        try stage.read(service, until: "\r\n\r\n")
        let late = try stage.connect()
        late.send(Self.get)
        stage.worker.receive(.drain)
        try stage.readEnd(idle)
        let second = try stage.accept()
        try stage.read(second, until: "\r\n\r\n")
        for peer in [service, second] { peer.send(Self.ok) }
        for client in [busy, late] {
            let answer = try stage.read(client, until: "ok")
            #expect(answer.contains("Connection: close"))
            try stage.readEnd(client)
        }
        #expect(stage.worker.isDraining && stage.pool().inUse == 0)
        try stage.end()
    }

    @Test func `a request that comes together with the drain is answered`() throws {
        let stage = try WorkerStage()
        try stage.begin()
        let (client, _) = try serveOnce(stage)
        // The kernel has it, the worker has not looked yet.
        client.send(Self.get)
        stage.worker.receive(.drain)
        let other = try stage.accept()
        try stage.read(other, until: "\r\n\r\n")
        other.send(Self.ok)
        try stage.read(client, until: "ok")
        try stage.end()
    }

    @Test func `a request is served although its connection's time was over first`() throws {
        let stage = try WorkerStage()
        try stage.begin()
        let (client, service) = try serveOnce(stage)
        client.send(Self.get)
        try #require(stage.worker.connections.members.first).timerFired()
        try stage.read(service, until: "\r\n\r\n")
        service.send(Self.ok)
        try stage.read(client, until: "ok")
        try stage.end()
    }

    @Test func `a session of HTTP-2 begins although its connection's time was over first`() throws {
        let stage = try WorkerStage()
        try stage.begin()
        let client = try stage.connect()
        let hasCome = try stage.turn { stage.worker.connectionCount == 1 }
        try #require(hasCome)
        client.send("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n\0\0\0\u{4}\0\0\0\0\0")
        try #require(stage.worker.connections.members.first).timerFired()
        #expect(stage.worker.connections.members.first?.session != nil)
        let isAnswered = try stage.turn { !client.receive().isEmpty }
        #expect(isAnswered)
        #expect(!client.hasEnded)
        try stage.end()
    }

    @Test func `more than a response leaves a connection unfit for another request`() throws {
        let stage = try WorkerStage()
        try stage.begin()
        let client = try stage.connect()
        client.send(Self.get)
        let service = try stage.accept()
        try stage.read(service, until: "\r\n\r\n")
        service.send(Self.ok + Self.ok)
        try stage.read(client, until: "ok")
        try stage.readEnd(service)
        client.send(Self.get)
        let next = try stage.accept()
        try stage.read(next, until: "\r\n\r\n")
        next.send(Self.ok)
        try stage.read(client, until: "ok")
        try stage.end()
    }

    @Test func `nothing keeps a worker alive that has ended`() throws {
        weak var forgotten: Worker?
        do {
            let stage = try WorkerStage(
                instances: 2, service: "pool: { idle: 4, idle-timeout: 60s, per-instance: 1 }")
            try stage.begin()
            forgotten = stage.worker
            var clients: [Peer] = []
            var services: [Peer] = []
            // One idle connection on both sides, requests under way, one in line, one within its head.
            for number in 0..<5 {
                let client = try stage.connect()
                clients.append(client)
                client.send(number == 4 ? "GET /" : Self.get)
                if number < 3 { services.append(try stage.accept(instance: number % 2)) }
                if number == 0 {
                    try stage.read(services[0], until: "\r\n\r\n")
                    services[0].send(Self.ok)
                    try stage.read(client, until: "ok")
                    stage.pool(0).closeIdle()
                }
            }
            _ = try stage.turn { stage.worker.connectionCount == 5 }
            try stage.end()
            #expect(stage.worker.connectionCount == 0 && stage.handlerCount <= 0)
        }
        #expect(forgotten == nil)
    }

    @Test func `of all that a busy worker was told it hears what still counts`() throws {
        let stage = try WorkerStage()
        let (deployment, monitoring) = (stage.worker.deployment, stage.worker.monitoring)
        let mailbox = try Mailbox<WorkerMessage>(limit: 1)
        func tell(_ message: WorkerMessage) {
            mailbox.order(message, insteadOf: message.makesNeedless)
        }
        func heard() -> [String] {
            mailbox.drain().map { message in
                switch message {
                case .update(_, let snapshot): snapshot === monitoring ? "old" : "new"
                case .drain: "drain"
                case .stop: "stop"
                }
            }
        }
        try stage.begin()
        let latest = stage.worker.monitoring
        for _ in 0..<5000 { tell(.update(deployment, monitoring)) }
        tell(.drain)
        tell(.drain)
        tell(.update(deployment, latest))
        #expect(heard() == ["drain", "new"])
        tell(.update(deployment, latest))
        tell(.drain)
        tell(.stop)
        #expect(heard() == ["stop"])
        try stage.end()
    }
}
