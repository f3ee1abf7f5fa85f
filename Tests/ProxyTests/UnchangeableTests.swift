import Configuration
import Testing

@testable import Proxy

/// What a reload cannot change, and says so.
@Suite struct UnchangeableTests {
    private func deployment(_ rest: String) throws -> Deployment {
        let text = """
            listeners: [{ address: "127.0.0.1:0", mode: plain }]
            services: { portal: { instances: [{ id: portal-1@test, address: "127.0.0.1:9" }] } }
            routes: [{ host: "*", path: /, service: portal }]
            \(rest)
            """
        let configuration = try GatewayConfiguration.parse(text, file: "test.yaml")
        let shared = try SharedState(configuration)
        return try Deployment(configuration, listeners: [], ticketKeys: shared.ticketKeys)
    }

    @Test(arguments: [
        ("affinity: { lifetime: 9h }", "affinity.lifetime"),
        ("affinity: { table: { pins: 9 } }", "affinity.table"),
        ("affinity: { cookie: { name: other } }", nil),
    ])
    func `what was settled at the start is named when it changes`(change: String, name: String?) throws {
        let before = try deployment("")
        let sentences = try deployment(change).unchangeable(since: before, workers: 1)
        #expect(sentences.count == (name == nil ? 0 : 1))
        #expect(sentences.first?.hasPrefix(name ?? "") ?? true, "\(sentences)")
        #expect(try deployment(change).unchangeable(since: deployment(change), workers: 1).isEmpty)
    }
}
