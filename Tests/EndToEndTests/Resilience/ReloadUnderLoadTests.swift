internal import TestSupport
internal import Testing

/// HUP and TERM while many clients are busy.
@Suite(.logOnFailure)
struct ReloadUnderLoadTests {
    @Test func `reloads in a loop under load fail no request and drop no connection`() throws {
        // What the load leaves of connections to the services is gone soon after it.
        let settings = ResilienceStage.watchful.merging(["pool": "{ idle-timeout: 1s }"]) { $1 }
        try withResilienceStage(settings: settings) { stage in
            let crowd = try stage.crowd()
            let gateway = stage.gateway
            try gateway.reload()
            let before = gateway.descriptorCount
            let clients = crowd.add(24) { _ in BusyClient(of: crowd, pause: .milliseconds(10)) }
            #expect(try crowd.live { clients.allSatisfy { $0.diary.statuses.count > 3 } })
            for _ in 0..<25 { try crowd.live { try gateway.reload() } }
            let marks = clients.map(\.diary.statuses.count)
            #expect(try crowd.live { zip(clients, marks).allSatisfy { $0.diary.statuses.count > $1 + 3 } })
            for client in clients {
                #expect(client.diary.isSpotless, "\(client.diary)")
                #expect(client.diary.farewells == 0)
                #expect(client.diary.services.count == 1)
            }
            for client in clients { client.leave() }
            #expect(gateway.descriptors(comeDownTo: before) <= before, "descriptors")
        }
    }

    @Test func `TERM under load lets all that is under way finish, what is on its way to us included`() throws
    {
        try withResilienceStage { stage in
            let crowd = try stage.crowd()
            let clients = crowd.add(16) { _ in BusyClient(of: crowd, pause: .zero) }
            let loaders = crowd.add(8) { _ in Loader(of: crowd, bytes: 16 << 20) }
            #expect(try crowd.live { clients.allSatisfy { $0.diary.statuses.count > 3 } })
            #expect(try crowd.live { loaders.allSatisfy(\.hasBegun) })
            for client in clients { client.returns = false }
            stage.gateway.requestTermination()
            let gateway = stage.gateway
            try crowd.live { try gateway.waitForStopping() }
            for loader in loaders { loader.isHeldBack = false }
            #expect(try crowd.live { (clients as [CrowdMember] + loaders).allSatisfy { $0.ending != nil } })
            for client in clients {
                #expect(client.diary.isSpotless, "\(client.diary)")
                #expect(client.diary.farewells == 1, "the last answer said that it was the last")
            }
            for loader in loaders { #expect(loader.isComplete, "all of a large answer has come") }
            #expect(try gateway.terminate() == .exited(0))
        }
    }
}
