internal import Foundation
internal import TestSupport
internal import Testing

/// What the gateway of a stage answers to commands.
extension NodeStage {
    /// What `limpet status --json --history` says of all instances.
    private func instances() throws -> [[String: Any]] {
        let command = try Command.limpet(
            "status", "--json", "--history", "--socket", folder.file("control.sock"))
        #expect(command.ending == .exited(0), "\(command.errors)")
        let document = try JSONSerialization.jsonObject(with: Data(command.output.utf8)) as? [String: Any]
        return try #require(document?["instances"] as? [[String: Any]])
    }

    /// How many sessions the instances own, all together.
    func pins() throws -> Int {
        try instances().compactMap { $0["pins"] as? Int }.reduce(0, +)
    }

    /// The last transitions of a service, oldest first.
    func history(of service: NodeService) throws -> [[String: String]] {
        let instance = try instances().first { $0["id"] as? String == service.identity }
        let history = try #require(instance?["history"] as? [[String: Any]])
        return history.map { $0.compactMapValues { $0 as? String } }
    }
}
