internal import Demonstration
internal import Platform
internal import TestSupport
internal import Testing

/// Where two things that a client brings name different owners, the one that the configuration names first counts.
@Suite(.logOnFailure) struct AssociationOrderTests {
    private static let versions = ["-tls1_2", "-tls1_3"]

    @Test(arguments: versions, [true, false])
    func `the TLS session and a cookie`(version: String, sessionFirst: Bool) throws {
        let order = sessionFirst ? "[tls-session, cookie]" : "[cookie, tls-session]"
        try withStage(StagePlan().with { $0.affinity["by"] = order }) { stage in
            let client = OpenSSLClient(gateway: stage.gateway)
            let (one, other) = try stage.rivals { try client.visit("/", session: $0, version) }
            let cookie = try #require(other.visit.cookie)
            for _ in 0..<3 {
                let again = try client.visit(
                    "/", session: one.name, fields: #"Cookie: \#(cookie)\r\n"#, version)
                #expect(again.isResumed)
                #expect(again.owner == (sessionFirst ? one.visit.owner : other.visit.owner))
            }
            // The session is led to the same owner from now on, with the cookie or without.
            let alone = try client.visit("/", session: one.name, version)
            #expect(alone.isResumed)
            #expect(alone.owner == (sessionFirst ? one.visit.owner : other.visit.owner))
        }
    }

    @Test(arguments: [true, false])
    func `a cookie and the source`(cookieFirst: Bool) throws {
        let order = cookieFirst ? "[cookie, source]" : "[source, cookie]"
        try withStage(StagePlan().with { $0.affinity["by"] = "[cookie]" }) { stage in
            let client = OpenSSLClient(gateway: stage.gateway)
            let fresh = try (0..<9).map { try client.visit("/", session: "cookie-\($0)") }
            try stage.reload { $0.affinity["by"] = order }
            let bySource = try client.visit("/", session: "source").owner
            let rival = try #require(fresh.first { $0.owner != bySource })
            let cookie = try #require(rival.cookie)
            for number in 0..<3 {
                let both = try client.visit(
                    "/", session: "both-\(number)", fields: #"Cookie: \#(cookie)\r\n"#)
                #expect(both.owner == (cookieFirst ? rival.owner : bySource))
            }
        }
    }

    @Test(arguments: versions)
    func `the source before the TLS session`(version: String) throws {
        try withStage(StagePlan().with { $0.affinity["by"] = "[tls-session]" }) { stage in
            let client = OpenSSLClient(gateway: stage.gateway)
            let known = try (0..<9).map { try client.visit("/", session: "known-\($0)", version) }
            try stage.reload { $0.affinity["by"] = "[source, tls-session]" }
            let bySource = try client.visit("/", session: "source", version).owner
            let rival = try #require(known.firstIndex { $0.owner != bySource })
            for _ in 0..<2 {
                let again = try client.visit("/", session: "known-\(rival)", version)
                #expect(again.isResumed && again.owner == bySource)
            }
        }
    }
}

extension AffinityStage {
    /// Two sessions with different owners.
    fileprivate func rivals(_ visit: (String) throws -> OpenSSLClient.Visit) throws
        -> (Rival, Rival)
    {
        let all = try (0..<9).map { Rival(name: "session-\($0)", visit: try visit("session-\($0)")) }
        let one = try #require(all.first)
        return (one, try #require(all.first { $0.visit.owner != one.visit.owner }))
    }
}

/// A session, and what came of its first visit.
private struct Rival {
    let name: String
    let visit: OpenSSLClient.Visit
}
