internal import TLS

/// A client with a memory, as a browser has one: it keeps the newest session of each lineage and the service that
/// owns it, offers that session with the next connection, and notices when somebody else answers.
///
/// Not shared between threads. Every full handshake begins a lineage; a client has several if it opened several
/// connections before it knew any session.
public final class ResumingClient {
    private struct Lineage {
        var session: [UInt8]?
        var owner: String?
    }

    /// How it resumes.
    public let kind: ClientKind
    /// Its name, the first part of every path that it asks for.
    public let name: String
    /// Where it goes; can be changed between visits.
    public var target: ClientTarget

    private let context: ClientContext
    private var lineages: [Lineage] = []
    private var visitCount = 0

    /// A client that knows no session.
    public init(_ kind: ClientKind, name: String, target: ClientTarget) throws(DemonstrationError) {
        do {
            context = try ClientContext(kind.settings(authorities: target.authorities))
        } catch {
            throw .tls(error)
        }
        self.kind = kind
        self.name = name
        self.target = target
    }

    /// How many lineages it has begun.
    public var lineageCount: Int { lineages.count }

    /// The owner of a lineage, as far as the client knows.
    public func owner(of lineage: Int = 0) -> String? { lineages[lineage].owner }

    /// The newest session of a lineage.
    public func session(of lineage: Int = 0) -> [UInt8]? { lineages[lineage].session }

    // MARK: One after the other

    /// Goes there once, with the newest session of a lineage if there is one, and learns from it.
    public func visit(on loop: ClientLoop, lineage: Int = 0, requests: Int = 1) throws(DemonstrationError)
        -> VisitOutcome
    {
        let outcomes = try visit(on: loop, times: 1, lineage: lineage, requests: requests)
        guard let outcome = outcomes.first else { throw .timeout(what: "a visit of \(name)") }
        return outcome
    }

    /// Opens several connections at once, all with the same session: as a browser does for the parts of a page.
    public func visit(
        on loop: ClientLoop, times: Int, lineage: Int = 0, requests: Int = 1
    ) throws(DemonstrationError) -> [VisitOutcome] {
        let begun = (0..<times).map { _ in makeVisit(on: loop, lineage: lineage, requests: requests) }
        try loop.run(begun.map(\.visit))
        return learn(from: begun)
    }

    /// Opens several connections at once, each with a full handshake: each begins a lineage of its own.
    public func visitAnew(
        on loop: ClientLoop, times: Int, requests: Int = 1
    ) throws(DemonstrationError) -> [VisitOutcome] {
        let begun = (0..<times).map { _ in makeVisit(on: loop, lineage: nil, requests: requests) }
        try loop.run(begun.map(\.visit))
        return learn(from: begun)
    }

    // MARK: Many clients at once

    /// A visit that was made, to be learnt from when it is over.
    public struct Begun {
        /// The visit, for `ClientLoop.run`.
        public let visit: Visit
        let lineage: Int
        let owner: String?
    }

    /// Makes a visit with the newest session of a lineage, or, if `lineage` is nil or has none, with a full handshake.
    public func makeVisit(on loop: ClientLoop, lineage: Int?, requests: Int) -> Begun {
        var index = lineages.count
        if let lineage, lineage < lineages.count {
            index = lineage
        } else {
            lineages.append(Lineage())
        }
        visitCount += 1
        var plan = VisitPlan(
            address: target.address, serverName: target.serverName, session: lineages[index].session,
            paths: (0..<requests).map { "/\(name)/\(visitCount)/\($0)" })
        plan.source = target.source
        return Begun(
            visit: Visit(plan, context: context, loop: loop.loop), lineage: index,
            owner: lineages[index].owner)
    }

    /// Takes over the sessions and owners from visits that are over, and judges them.
    public func learn(from all: [Begun]) -> [VisitOutcome] {
        let outcomes = all.map { begun in
            let together = all.filter { $0.lineage == begun.lineage }
            let newOwners = Set(together.compactMap { Self.lastService($0.visit.record) }).subtracting([
                begun.owner ?? ""
            ])
            return VisitOutcome(
                kind: kind, client: name, lineage: begun.lineage, owner: begun.owner,
                companions: together.count - 1,
                companionsAgree: newOwners.count <= 1, record: begun.visit.record,
                moves: Self.moves(begun.visit.record, owner: begun.owner))
        }
        // Who answered last knows best who owns the lineage now.
        let inOrder = outcomes.sorted { left, right in
            guard let first = left.record.answers.last, let second = right.record.answers.last else {
                return left.record.answers.isEmpty && !right.record.answers.isEmpty
            }
            return first.completed < second.completed
        }
        for outcome in inOrder {
            if let owner = outcome.servedBy { lineages[outcome.lineage].owner = owner }
            if let session = outcome.record.session { lineages[outcome.lineage].session = session }
        }
        return outcomes
    }

    private static func lastService(_ record: VisitRecord) -> String? {
        record.answers.last { !$0.servedBy.isEmpty }?.servedBy
    }

    private static func moves(_ record: VisitRecord, owner: String?) -> [VisitOutcome.Move] {
        var owner = owner
        var moves: [VisitOutcome.Move] = []
        for answer in record.answers where !answer.servedBy.isEmpty {
            if let owner, owner != answer.servedBy {
                moves.append(VisitOutcome.Move(from: owner, to: answer.servedBy, path: answer.path))
            }
            owner = answer.servedBy
        }
        return moves
    }
}
