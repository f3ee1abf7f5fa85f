internal import Platform
internal import TestSupport
internal import Testing

/// More connections than are allowed, and more than there are descriptors for.
@Suite(.logOnFailure)
struct FloodTests {
    private func address(_ last: UInt32) -> SocketAddress {
        .ip(IPAddress(v4: 0x7f00_0000 | last), port: 0)
    }

    @Test func `connections beyond the limit are closed at once, and those within it are served`() throws {
        try withResilienceStage(services: 1, listener: ["connections": "50"]) { stage in
            let crowd = try stage.crowd()
            let first = crowd.add(40) { _ in IdleClient(of: crowd) }
            #expect(try crowd.live { first.allSatisfy(\.isContent) })
            let flood = crowd.add(200) { _ in IdleClient(of: crowd) }
            #expect(try crowd.live { flood.allSatisfy { $0.isContent || $0.ending != nil } })
            #expect(flood.count(where: \.isContent) == 10)
            #expect(first.allSatisfy { $0.ending == nil }, "who is there stays")
            for client in first { client.leave() }
            let late = crowd.add(BusyClient(of: crowd, pause: .zero))
            #expect(try crowd.live { late.diary.statuses.count > 10 || late.ending != nil })
            #expect(late.diary.isSpotless, "\(late.diary)")
        }
    }

    @Test func `a source with too many connections does not keep others out`() throws {
        let listener = ["connections": "100", "connections-per-source": "10"]
        try withResilienceStage(services: 1, listener: listener) { stage in
            let crowd = try stage.crowd()
            let flood = crowd.add(100) { _ in IdleClient(of: crowd, from: address(2)) }
            #expect(try crowd.live { flood.allSatisfy { $0.isContent || $0.ending != nil } })
            #expect(flood.count(where: \.isContent) == 10)
            let others = crowd.add(10) { _ in BusyClient(of: crowd, from: address(3)) }
            #expect(try crowd.live { others.allSatisfy { $0.diary.statuses.count > 5 || $0.ending != nil } })
            #expect(others.allSatisfy { $0.diary.isSpotless })
        }
    }

    @Test(.disabled(if: Sanitizer.needsDescriptors))
    func `a gateway without descriptors rests, serves who is there, and recovers`() throws {
        try withResilienceStage(services: 2) { stage in
            let gateway = stage.gateway
            let crowd = try stage.crowd()
            let clients = crowd.add(6) { _ in BusyClient(of: crowd) }
            #expect(try crowd.live { clients.allSatisfy { $0.diary.statuses.count > 5 } })
            try gateway.limitDescriptors(to: gateway.highestDescriptor + 30)
            let flood = crowd.add(60) { _ in SlowClient(of: crowd, .silent) }
            #expect(try crowd.live { flood.allSatisfy(\.isOpen) }, "the kernel takes them, the gateway can't")
            let isFull = Deadline().poll { gateway.descriptorCount > gateway.highestDescriptor - 1 }
            #expect(isFull)

            // A measurement, not a wait: how busy it is while nothing can be done, over several probes.
            let time = gateway.processorTime
            #expect(
                try !crowd.live(until: Deadline(in: .seconds(2))) { clients.contains { $0.ending != nil } })
            let spent = gateway.processorTime - time
            if !Sanitizer.isActive { #expect(spent < .milliseconds(1200), "\(spent) of 2 s") }
            for service in stage.services {
                #expect(stage.count(of: service, becoming: "notRunning") == 0, "our lack is not their fault")
            }

            for client in flood { client.leave() }
            let late = crowd.add(6) { _ in BusyClient(of: crowd) }
            #expect(try crowd.live { late.allSatisfy { $0.diary.statuses.count > 5 } })
            for client in clients + late { #expect(client.diary.isSpotless, "\(client.diary)") }
        }
    }

    @Test(.disabled(if: Sanitizer.needsDescriptors))
    func `no descriptor for a service is no fault of the service`() throws {
        var settings = ResilienceStage.watchful
        settings["pool"] = "{ idle: 0 }"
        try withResilienceStage(services: 2, settings: settings) { stage in
            let gateway = stage.gateway
            let crowd = try stage.crowd()
            let clients = crowd.add(6) { _ in BusyClient(of: crowd, pause: .milliseconds(50)) }
            #expect(try crowd.live { clients.allSatisfy { $0.diary.statuses.count > 5 } })
            for client in clients { #expect(client.diary.isSpotless, "\(client.diary)") }
            // No number below is free: what it needs for itself it has opened first.
            try gateway.limitDescriptors(to: 8)
            let marks = clients.map(\.diary.statuses.count)
            #expect(try crowd.live { zip(clients, marks).allSatisfy { $0.diary.statuses.count > $1 + 20 } })
            try gateway.limitDescriptors(to: 1000)
            #expect(
                try crowd.live {
                    clients.allSatisfy { $0.diary.statuses.suffix(5) == Array(repeating: 200, count: 5)[...] }
                })
            for client in clients {
                #expect(client.diary.statuses.contains(503))
                #expect(client.diary.statuses.allSatisfy { $0 == 200 || $0 == 503 }, "\(client.diary)")
                #expect(client.diary.drops == [] && client.diary.wrecks == [])
                #expect(client.diary.services.count == 1, "pins stay")
            }
            for service in stage.services {
                #expect(stage.count(of: service, becoming: "notRunning") == 0)
            }
        }
    }
}
