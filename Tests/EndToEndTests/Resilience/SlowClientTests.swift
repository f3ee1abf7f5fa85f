internal import Platform
internal import TestSupport
internal import Testing

/// Clients that send and read as slowly as they can.
@Suite(.logOnFailure)
struct SlowClientTests {
    /// Behind a slow reader stand a record, a response and a connection to the service.
    private static let bytesPerClient = 160_000
    private static let patient =
        "{ handshake: 5m, head: 5m, body: 5m, idle: 5m, send: 5m, response: 5m, drain: 5s }"

    @Test func `two thousand slow clients leave every other client served, and the memory bounded`() throws {
        let shares = [SlowClient.Manner.silent: 700, .dripping: 600, .drippingBody: 600, .sipping: 100]
        try #require(ProcessLimits.raiseDescriptorLimit() > 2500, "descriptors of the clients")
        try withResilienceStage(services: 2, bulk: true, sections: ["timeouts": Self.patient]) { stage in
            let crowd = try stage.crowd()
            let others = crowd.add(8) { _ in BusyClient(of: crowd, pause: .milliseconds(50)) }
            #expect(try crowd.live { others.allSatisfy { $0.diary.statuses.count > 5 } })
            let before = stage.gateway.residentBytes
            let slow = shares.flatMap { manner, share in
                crowd.add(Sanitizer.scaled(share)) { _ in SlowClient(of: crowd, manner) }
            }
            let areThere = try crowd.live(until: Deadline(in: .seconds(60))) {
                slow.last?.hasBegun == true && slow.allSatisfy(\.hasBegun)
            }
            #expect(areThere, "\(slow.count(where: \.hasBegun)) of \(slow.count) have begun")
            let marks = others.map(\.diary.statuses.count)
            let areServed = try crowd.live {
                zip(others, marks).allSatisfy { $0.diary.statuses.count > $1 + 20 }
            }
            #expect(areServed)
            for other in others {
                #expect(other.diary.isSpotless, "\(other.diary)")
                #expect(other.diary.longest < .seconds(2))
            }
            #expect(slow.count { $0.ending != nil } == 0, "patience was asked for")
            let bytes = (stage.gateway.residentBytes - before) / slow.count
            #expect(bytes < Sanitizer.memory(Self.bytesPerClient))
        }
    }
}
