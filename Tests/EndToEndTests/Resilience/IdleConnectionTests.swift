internal import Platform
internal import TestSupport
internal import Testing

/// Very many connections that do nothing.
@Suite(.logOnFailure)
struct IdleConnectionTests {
    /// A release build takes 15 KB; a debug build, on a busy machine, a little more.
    private static let bytesPerConnection = 40_000

    @Test func `ten thousand idle TLS connections leave another client served promptly`() throws {
        let count = Sanitizer.scaled(10_000)
        try #require(ProcessLimits.raiseDescriptorLimit() > count + 500, "descriptors of the clients")
        var settings = ResilienceStage.watchful
        settings["pool"] = "{ idle: 64 }"
        let sections = ["timeouts": "{ idle: 10m, drain: 5s }"]
        try withResilienceStage(services: 1, settings: settings, sections: sections) { stage in
            let crowd = try stage.crowd()
            let busy = crowd.add(BusyClient(of: crowd, pause: .zero))
            #expect(try crowd.live { busy.diary.statuses.count > 20 })
            let before = stage.gateway.residentBytes
            busy.isRetired = true
            let clients = crowd.add(count) { _ in IdleClient(of: crowd) }
            let haveArrived = try crowd.live(until: Deadline(in: .seconds(100))) {
                clients.last?.isContent == true && clients.allSatisfy(\.isContent)
            }
            #expect(haveArrived, "\(clients.count(where: \.isContent)) of \(count) were served")
            let bytes = (stage.gateway.residentBytes - before) / count
            if !Sanitizer.isActive { #expect(bytes < Self.bytesPerConnection) }

            let late = crowd.add(BusyClient(of: crowd, pause: .zero))
            #expect(try crowd.live { late.diary.statuses.count >= 100 })
            #expect(late.diary.isSpotless, "\(late.diary)")
            #expect(late.diary.longest < .seconds(1))
            #expect(clients.allSatisfy { $0.ending == nil }, "all are still there")
            late.isRetired = true
            for client in clients { client.leave() }
            // Each of two workers may keep 64 idle connections to the service, beside its own descriptors.
            let kept = 2 * 64 + 40
            #expect(stage.gateway.descriptors(comeDownTo: kept) <= kept, "and they leave no descriptor")
        }
    }
}
