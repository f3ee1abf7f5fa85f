internal import TestSupport
internal import Testing

/// What the access log says of sessions and their owners.
enum Owners {
    /// Each session must have reached one instance with all its requests, and not all of them the same one.
    static func expectOne(
        _ gateway: GatewayProcess, requests: Int, sessions: Int,
        sourceLocation: SourceLocation = #_sourceLocation
    ) throws {
        var owners: [String: Set<String>] = [:]
        for record in try gateway.accessRecords(requests) {
            let lineage = try #require(record.text(AccessKey.lineage), sourceLocation: sourceLocation)
            owners[lineage, default: []].insert(record.text(AccessKey.instance) ?? "none")
        }
        #expect(owners.count == sessions, sourceLocation: sourceLocation)
        #expect(owners.values.allSatisfy { $0.count == 1 }, "\(owners)", sourceLocation: sourceLocation)
        guard sessions > 1 else { return }
        #expect(Set(owners.values).count > 1, "\(owners)", sourceLocation: sourceLocation)
    }
}
