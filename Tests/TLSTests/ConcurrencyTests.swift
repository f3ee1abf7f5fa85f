import TLS
import Testing

@Suite struct ConcurrencyTests {
    @Test func `workers share contexts and keys while these are rotated`() async throws {
        let keys = try TicketKeyRing(rotation: .seconds(3600), keptKeys: 64)
        let context = try Host.context(keys: keys)
        let resumed = try await withThrowingTaskGroup(of: Int.self) { group in
            for worker in 0..<4 {
                group.addTask {
                    let keeper = Keeper()
                    let kind = Kind.allCases[worker]
                    var session: [UInt8]?
                    var resumed = 0
                    for _ in 0..<15 {
                        let pair = try Pair(context, keeper, client: kind.clientSettings(), resuming: session)
                        try pair.handshake()
                        if pair.server.isResumed { resumed += 1 }
                        session = try pair.exchange()
                        try keys.rotate()
                    }
                    return resumed
                }
            }
            return try await group.reduce(0, +)
        }
        #expect(resumed == 4 * 14)
    }
}
