internal import Demonstration

/// Clients of one kind that come back round by round, each with a memory of its own.
struct StickRun {
    /// What every client does in a round.
    enum Round: Equatable {
        /// One connection, with the newest session of its first lineage.
        case single
        /// That many connections at once, each in full.
        case anew(Int)
        /// One connection for each of its lineages.
        case lineages
        /// That many connections at once with the newest session.
        case together(Int)

        /// Reads a line.
        init?(_ line: String) {
            let words = line.split(separator: " ")
            let count = words.count == 2 ? Int(words[1]) : nil
            switch (words.first, count) {
            case ("round", nil): self = .single
            case ("lineages", nil): self = .lineages
            case ("anew", .some(let count)) where (1...64).contains(count): self = .anew(count)
            case ("together", .some(let count)) where (1...64).contains(count): self = .together(count)
            default: return nil
            }
        }
    }

    /// The figures of a round.
    struct Figures: Encodable {
        var connections = 0
        /// Connections that offered a session.
        var offered = 0
        /// Connections that resumed it, in whatever way.
        var resumed = 0
        /// Connections that resumed it in the way of their kind.
        var resumedInKind = 0
        /// Connections whose client knew an owner and that were answered.
        var owned = 0
        /// Of those, connections of which the owner answered every request.
        var atOwner = 0
        /// Requests, and those that failed.
        var requests = 0
        var failed = 0
        /// Connections opened together that went to different new services.
        var disagreed = 0
        /// Paths of requests that came to another service than expected.
        var moved: [String] = []
        /// How many connections each service answered.
        var services: [String: Int] = [:]
        var lastFault = ""
    }

    /// How many clients are there at the same time.
    private static let width = 16

    private let loop: ClientLoop
    private let clients: [ResumingClient]
    private let requests: Int

    /// Clients that know nobody yet.
    init(
        _ kind: ClientKind, clients: Int, requests: Int, target: ClientTarget
    ) throws(DemonstrationError) {
        loop = try ClientLoop()
        self.requests = requests
        var all: [ResumingClient] = []
        for number in 0..<clients {
            all.append(try ResumingClient(kind, name: "\(kind)-\(number)", target: target))
        }
        self.clients = all
    }

    /// Every client comes.
    func run(_ round: Round) throws(DemonstrationError) -> Figures {
        var figures = Figures()
        for start in stride(from: 0, to: clients.count, by: Self.width) {
            let present = clients[start..<min(clients.count, start + Self.width)]
            let begun = present.map { begin($0, round) }
            try loop.run(begun.flatMap { $0.map(\.visit) })
            for (client, visits) in zip(present, begun) {
                for outcome in client.learn(from: visits) { add(outcome, to: &figures) }
            }
        }
        return figures
    }

    private func begin(_ client: ResumingClient, _ round: Round) -> [ResumingClient.Begun] {
        switch round {
        case .single: [client.makeVisit(on: loop, lineage: 0, requests: requests)]
        case .anew(let count):
            (0..<count).map { _ in client.makeVisit(on: loop, lineage: nil, requests: requests) }
        case .lineages:
            (0..<client.lineageCount).map { client.makeVisit(on: loop, lineage: $0, requests: requests) }
        case .together(let count):
            (0..<count).map { _ in client.makeVisit(on: loop, lineage: 0, requests: requests) }
        }
    }

    private func add(_ outcome: VisitOutcome, to figures: inout Figures) {
        figures.connections += 1
        if outcome.record.offersSession { figures.offered += 1 }
        if outcome.record.isResumed { figures.resumed += 1 }
        if outcome.record.resumption == outcome.kind.resumption { figures.resumedInKind += 1 }
        figures.requests += requests
        figures.failed += outcome.record.failure == nil ? outcome.failedAnswers : missing(outcome)
        if let failure = outcome.record.failure { figures.lastFault = "\(failure)" }
        if !outcome.companionsAgree { figures.disagreed += 1 }
        if let service = outcome.servedBy { figures.services[service, default: 0] += 1 }
        figures.moved += outcome.moves.map(\.path)
        guard outcome.hasOwner, outcome.succeeded else { return }
        figures.owned += 1
        if outcome.reachedOwner { figures.atOwner += 1 }
    }

    /// The requests of a connection that broke which have no good answer.
    private func missing(_ outcome: VisitOutcome) -> Int {
        requests - (outcome.record.answers.count - outcome.failedAnswers)
    }
}
