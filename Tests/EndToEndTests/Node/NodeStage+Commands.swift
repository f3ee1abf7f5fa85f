internal import Foundation
internal import Platform
internal import TestSupport
internal import Testing

/// What `limpet status` says of an instance.
struct ToldStatus {
    /// A change of it.
    struct Change: Equatable {
        var from: String
        var to: String
        var cause: String
        /// In milliseconds since 1970.
        var at: UInt64
    }

    var status: String
    var cause: String
    /// In milliseconds since 1970.
    var since: UInt64
    var incarnation: Int
    var says: String
    /// The last changes, oldest first.
    var history: [Change]

    fileprivate init(_ instance: [String: Any]) throws {
        func text(_ key: String, of object: [String: Any]) throws -> String {
            try #require(object[key] as? String, "\(object)")
        }
        let style = Date.ISO8601FormatStyle(includingFractionalSeconds: true)
        func time(_ key: String, of object: [String: Any]) throws -> UInt64 {
            let date = try Date(text(key, of: object), strategy: style)
            return UInt64((date.timeIntervalSince1970 * 1000).rounded())
        }
        status = try text("status", of: instance)
        cause = try text("cause", of: instance)
        since = try time("since", of: instance)
        incarnation = try #require(instance["incarnation"] as? Int)
        says = instance["says"] as? String ?? ""
        history = try #require(instance["history"] as? [[String: Any]]).map { change in
            try Change(
                from: text("from", of: change), to: text("to", of: change), cause: text("cause", of: change),
                at: time("at", of: change))
        }
    }
}

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

    /// What is said of a service.
    func status(of service: NodeService) throws -> ToldStatus {
        let instance = try instances().first { $0["id"] as? String == service.identity }
        return try ToldStatus(#require(instance))
    }
}
