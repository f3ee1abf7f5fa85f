import TLS
import Testing

/// A kind with one of the settings that allow it.
struct Offer: Sendable, CustomTestStringConvertible {
    let kind: Kind
    let resumption: Resumption

    var testDescription: String { "\(kind.rawValue) at \(resumption)" }

    static let all: [Offer] = Kind.allCases.flatMap { kind in
        [
            Offer(kind: kind, resumption: .both),
            Offer(kind: kind, resumption: kind.isSealed ? .stateless : .stateful),
        ]
    }
}

@Suite struct ResumptionTests {
    @Test(arguments: Offer.all)
    func `a session resumes with its lineage`(_ offer: Offer) throws {
        let context = try Host.context(resumption: offer.resumption)
        let keeper = Keeper()
        let first = try Pair(context, keeper, client: offer.kind.clientSettings())
        try first.handshake()
        #expect(!first.server.isResumed)
        #expect(first.server.resumptionKind == .none)
        #expect(first.server.version == offer.kind.version)
        #expect(first.server.resumptionOffer == .none)
        let session = try #require(try first.exchange())

        keeper.startOver()
        let second = try Pair(context, keeper, client: offer.kind.clientSettings(), resuming: session)
        try second.handshake()
        #expect(second.server.resumptionKind == offer.kind.resumed)
        #expect(second.client.resumptionKind == offer.kind.resumed)
        #expect(second.server.resumptionOffer == .accepted)
        #expect(keeper.judged == [keeper.lineage])
    }

    @Test(arguments: Offer.all)
    func `a session is renewed at each resumption, with the data of the moment`(_ offer: Offer) throws {
        let context = try Host.context(resumption: offer.resumption)
        let keeper = Keeper()
        var pair = try Pair(context, keeper, client: offer.kind.clientSettings())
        try pair.handshake()
        var session = try #require(try pair.exchange())
        for round in 1...3 {
            let expected = keeper.lineage
            keeper.startOver()
            // What is written from here on must be what the next resumption reads.
            if offer.kind != .sessionID12 { keeper.lineage = Array("round \(round)".utf8) }
            pair = try Pair(context, keeper, client: offer.kind.clientSettings(), resuming: session)
            try pair.handshake()
            #expect(pair.server.resumptionKind == offer.kind.resumed, "round \(round)")
            #expect(keeper.judged == [expected], "round \(round)")
            let renewed = try #require(try pair.exchange())
            if offer.kind != .sessionID12 { #expect(renewed != session, "round \(round)") }
            session = renewed
        }
    }

    @Test(arguments: [Kind.ticket12, .stateless13])
    func `a ticket resumes after its key was rotated, and is sealed anew`(_ kind: Kind) throws {
        let keys = try Host.newKeys()
        let context = try Host.context(keys: keys)
        let keeper = Keeper()
        let first = try Pair(context, keeper, client: kind.clientSettings())
        try first.handshake()
        var session = try #require(try first.exchange())
        for _ in 0..<6 {
            try keys.rotate()
            try keys.rotate()
            let next = try Pair(context, keeper, client: kind.clientSettings(), resuming: session)
            try next.handshake()
            #expect(next.server.resumptionKind == kind.resumed)
            session = try #require(try next.exchange())
        }
    }

    @Test(arguments: [Kind.ticket12, .stateless13])
    func `a ticket whose key is forgotten leads to a full handshake`(_ kind: Kind) throws {
        let keys = try Host.newKeys()
        let context = try Host.context(keys: keys)
        let keeper = Keeper()
        let first = try Pair(context, keeper, client: kind.clientSettings())
        try first.handshake()
        let session = try #require(try first.exchange())
        for _ in 0..<3 { try keys.rotate() }
        keeper.startOver()
        let second = try Pair(context, keeper, client: kind.clientSettings(), resuming: session)
        try second.handshake()
        #expect(!second.server.isResumed)
        #expect(second.server.resumptionOffer == .unopenedTicket)
        #expect(keeper.judged.isEmpty)
        #expect(try second.exchange() != nil)
    }

    @Test(arguments: [Kind.sessionID12, .stateful13])
    func `a session that the cache has lost leads to a full handshake`(_ kind: Kind) throws {
        let context = try Host.context()
        let keeper = Keeper()
        let first = try Pair(context, keeper, client: kind.clientSettings())
        try first.handshake()
        let session = try #require(try first.exchange())
        keeper.forget()
        let second = try Pair(context, keeper, client: kind.clientSettings(), resuming: session)
        try second.handshake()
        #expect(!second.server.isResumed)
        #expect(second.server.resumptionOffer == .unknownSession)
        #expect(try second.exchange() != nil)
    }

    @Test(arguments: Kind.allCases)
    func `a session that the delegate refuses gives its data and a full handshake`(_ kind: Kind) throws {
        let context = try Host.context()
        let keeper = Keeper()
        let first = try Pair(context, keeper, client: kind.clientSettings())
        try first.handshake()
        let session = try #require(try first.exchange())
        keeper.startOver()
        keeper.verdict = .refuse
        let second = try Pair(context, keeper, client: kind.clientSettings(), resuming: session)
        try second.handshake()
        #expect(!second.server.isResumed)
        #expect(second.server.resumptionKind == .none)
        #expect(second.server.resumptionOffer == .refused)
        #expect(keeper.judged == [keeper.lineage])

        // What the full handshake gives resumes again.
        let fresh = try #require(try second.exchange())
        keeper.verdict = .resume
        let third = try Pair(context, keeper, client: kind.clientSettings(), resuming: fresh)
        try third.handshake()
        #expect(third.server.resumptionKind == kind.resumed)
    }

    @Test(arguments: Kind.allCases)
    func `a session of one virtual host never resumes at another`(_ kind: Kind) throws {
        let keys = try Host.newKeys()
        let one = try Host.context("one", keys: keys)
        let two = try Host.context("two", keys: keys)
        let keeper = Keeper()
        keeper.contexts = [Array("one.test".utf8): one, Array("a.wild.test".utf8): two]
        let first = try Pair(one, keeper, client: kind.clientSettings())
        try first.handshake()
        let session = try #require(try first.exchange())

        let other = try Pair(
            one, keeper, client: kind.clientSettings(), name: "a.wild.test", resuming: session)
        try other.handshake()
        #expect(other.server.context === two)
        #expect(!other.server.isResumed)

        let session2 = try #require(try other.exchange())
        let back = try Pair(one, keeper, client: kind.clientSettings(), resuming: session2)
        try back.handshake()
        #expect(!back.server.isResumed)
        let same = try Pair(
            one, keeper, client: kind.clientSettings(), name: "a.wild.test", resuming: session2)
        try same.handshake()
        #expect(same.server.resumptionKind == kind.resumed)
    }

    @Test(arguments: Kind.allCases)
    func `a session survives a new context with another certificate`(_ kind: Kind) throws {
        let keys = try Host.newKeys()
        let keeper = Keeper()
        let first = try Pair(try Host.context(keys: keys), keeper, client: kind.clientSettings())
        try first.handshake()
        let session = try #require(try first.exchange())
        let reloaded = try ServerContext(
            Host.settings(certificate: "other.pem", key: "other.key", keys: keys))
        let second = try Pair(reloaded, keeper, client: kind.clientSettings(), resuming: session)
        try second.handshake()
        #expect(second.server.resumptionKind == kind.resumed)
    }

    @Test(arguments: Kind.allCases)
    func `with resumption off nothing is offered or resumed, and what was offered is read`(_ kind: Kind)
        throws
    {
        let keys = try Host.newKeys()
        let keeper = Keeper()
        let first = try Pair(try Host.context(keys: keys), keeper, client: kind.clientSettings())
        try first.handshake()
        let session = try #require(try first.exchange())
        let off = try Host.context(resumption: .off, keys: keys)
        keeper.startOver()
        let second = try Pair(off, keeper, client: kind.clientSettings(), resuming: session)
        try second.handshake()
        #expect(!second.server.isResumed)
        #expect(keeper.judged == [keeper.lineage])
        #expect(second.server.resumptionOffer == .refused)
        #expect(!second.server.issueTicket())
        #expect(try second.exchange() == nil)
    }

    @Test(arguments: Kind.allCases, [(Resumption.both, Resumption.stateful), (.both, .stateless)])
    func `after a change the kind that is forbidden is read and not resumed, and the other one resumes`(
        _ kind: Kind, _ change: (before: Resumption, after: Resumption)
    ) throws {
        let keys = try Host.newKeys()
        let keeper = Keeper()
        let client = try kind.clientSettings()
        let first = try Pair(try Host.context(resumption: change.before, keys: keys), keeper, client: client)
        try first.handshake()
        let session = try #require(try first.exchange())
        let context = try Host.context(resumption: change.after, keys: keys)
        keeper.startOver()
        let second = try Pair(context, keeper, client: client, resuming: session)
        try second.handshake()
        let isAllowed = kind.isSealed == (change.after == .stateless)
        #expect(second.server.isResumed == isAllowed)
        #expect(keeper.judged == [keeper.lineage])
        #expect(second.server.resumptionOffer == (isAllowed ? .accepted : .refused))
        // What it gets now is of the kind that is allowed: none in TLS 1.2 for who takes no tickets.
        guard let renewed = try second.exchange() else {
            #expect(kind == .sessionID12 && change.after == .stateless)
            return
        }
        let third = try Pair(context, keeper, client: client, resuming: renewed)
        try third.handshake()
        let isTicket = change.after == .stateless
        let expected: ResumptionKind =
            kind.version == .tls12
            ? (isTicket ? .ticket12 : .sessionID12) : (isTicket ? .stateless13 : .stateful13)
        #expect(third.server.resumptionKind == expected)
    }

    @Test func `an ID that a client invents is no session that was lost`() throws {
        let keeper = Keeper()
        let context = try Host.context(resumption: .stateful) { $0.maximumVersion = .tls12 }
        // It offers TLS 1.3 too, with an ID for the look of it.
        let client = try Kind.stateless13.clientSettings()
        let pair = try Pair(context, keeper, client: client)
        try pair.handshake()
        #expect(pair.server.version == .tls12)
        #expect(keeper.lookups == 1)
        #expect(pair.server.resumptionOffer == .none)
    }

    @Test func `stateless offers no session ID in TLS 1-2, and asks the cache nothing`() throws {
        let keeper = Keeper()
        let pair = try Pair(
            try Host.context(resumption: .stateless), keeper, client: Kind.sessionID12.clientSettings())
        try pair.handshake()
        #expect(try pair.exchange() == nil)
        #expect(keeper.lookups == 0)
    }

    @Test func `stateful gives session IDs in TLS 1-2 to clients that take tickets`() throws {
        let keeper = Keeper()
        let context = try Host.context(resumption: .stateful)
        let pair = try Pair(context, keeper, client: Kind.ticket12.clientSettings())
        try pair.handshake()
        let session = try #require(try pair.exchange())
        let second = try Pair(context, keeper, client: Kind.ticket12.clientSettings(), resuming: session)
        try second.handshake()
        #expect(second.server.resumptionKind == .sessionID12)
    }

    @Test(arguments: [(Resumption.stateful, Kind.stateful13), (.stateless, .stateless13)])
    func `a change to both takes the tickets that were made before`(
        _ before: Resumption, _ kind: Kind
    ) throws {
        let keys = try Host.newKeys()
        let keeper = Keeper()
        // This client would get sealed tickets.
        let client = try Kind.stateless13.clientSettings()
        let first = try Pair(try Host.context(resumption: before, keys: keys), keeper, client: client)
        try first.handshake()
        let session = try #require(try first.exchange())
        let both = try Host.context(resumption: .both, keys: keys)
        let second = try Pair(both, keeper, client: client, resuming: session)
        try second.handshake()
        #expect(second.server.resumptionKind == kind.resumed)
        let renewed = try #require(try second.exchange())
        let third = try Pair(both, keeper, client: client, resuming: renewed)
        try third.handshake()
        #expect(third.server.resumptionKind == .stateless13)
    }

    @Test func `a TLS 1-3 client that speaks nothing older gets sealed tickets from both`() throws {
        var client = try Kind.stateful13.clientSettings()
        client.minimumVersion = .tls13
        let keeper = Keeper()
        let context = try Host.context()
        let first = try Pair(context, keeper, client: client)
        try first.handshake()
        let session = try #require(try first.exchange())
        #expect(keeper.sessions.isEmpty)
        let second = try Pair(context, keeper, client: client, resuming: session)
        try second.handshake()
        #expect(second.server.resumptionKind == .stateless13)
    }

    @Test(arguments: Kind.allCases, [(0, 1), (77, 77), (3_000_000, 604_800)] as [(UInt32, UInt32)])
    func `a lifetime is clamped to a second and to seven days`(
        _ kind: Kind, _ lifetime: (given: UInt32, told: UInt32)
    ) throws {
        let keys = try TicketKeyRing(rotation: .seconds(1_000_000), keptKeys: 1)
        let keeper = Keeper()
        keeper.lifetime = lifetime.given
        let pair = try Pair(try Host.context(keys: keys), keeper, client: kind.clientSettings())
        try pair.handshake()
        _ = try #require(try pair.exchange())
        if kind != .sessionID12 { #expect(pair.client.sessionLifetimeHint == lifetime.told) }
        for (_, entry) in keeper.sessions { #expect(entry.lifetime == lifetime.told) }
    }

    @Test(arguments: [Kind.ticket12, .stateless13])
    func `a ticket does not outlive its key`(_ kind: Kind) throws {
        let keys = try TicketKeyRing(rotation: .seconds(500), keptKeys: 1)
        let keeper = Keeper()
        keeper.lifetime = 5000
        let pair = try Pair(try Host.context(keys: keys), keeper, client: kind.clientSettings())
        try pair.handshake()
        _ = try #require(try pair.exchange())
        #expect((990...1000).contains(pair.client.sessionLifetimeHint))
    }

    @Test func `a session whose lifetime is over gives its data and a full handshake`() throws {
        let keeper = Keeper()
        let context = try Host.context()
        let first = try Pair(context, keeper, client: Kind.sessionID12.clientSettings())
        try first.handshake()
        let session = try #require(try first.exchange())
        keeper.makeSessionsOld()
        keeper.startOver()
        let second = try Pair(context, keeper, client: Kind.sessionID12.clientSettings(), resuming: session)
        try second.handshake()
        #expect(!second.server.isResumed)
        #expect(second.server.resumptionOffer == .accepted)
        #expect(keeper.judged == [keeper.lineage])
    }

    @Test func `a damaged cache entry leads to a full handshake`() throws {
        let keeper = Keeper()
        let context = try Host.context()
        let first = try Pair(context, keeper, client: Kind.sessionID12.clientSettings())
        try first.handshake()
        let session = try #require(try first.exchange())
        keeper.damageSessions()
        let second = try Pair(context, keeper, client: Kind.sessionID12.clientSettings(), resuming: session)
        try second.handshake()
        #expect(!second.server.isResumed)
        #expect(second.server.resumptionOffer == .unknownSession)
    }

    @Test(arguments: [Kind.ticket12, .stateless13])
    func `the largest association data travels whole`(_ kind: Kind) throws {
        let keeper = Keeper()
        keeper.extraBytes = TLSConnection.applicationDataBytes
        let context = try Host.context()
        let first = try Pair(context, keeper, client: kind.clientSettings())
        try first.handshake()
        let session = try #require(try first.exchange())
        keeper.startOver()
        let second = try Pair(context, keeper, client: kind.clientSettings(), resuming: session)
        try second.handshake()
        #expect(second.server.resumptionKind == kind.resumed)
        #expect(keeper.judged.first?.count == TLSConnection.applicationDataBytes)
    }
}
