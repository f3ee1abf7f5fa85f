internal import Platform
internal import Synchronization

/// Many clients of all kinds, each kind on a thread of its own, coming back again and again.
public final class ClientPopulation: Sendable {
    private struct Progress {
        var outcomes: [VisitOutcome] = []
        var failure: DemonstrationError?
    }

    private let plan: PopulationPlan
    private let progress = Lock(Progress())
    private let ending: Wakeup
    private let isMeanwhileOver = Atomic(false)

    /// A population that has not begun.
    public init(_ plan: PopulationPlan) throws(DemonstrationError) {
        self.plan = plan
        do {
            ending = try Wakeup()
        } catch {
            throw .system(what: "the population", error)
        }
    }

    /// Runs it on threads of its own, and calls `meanwhile` on this one. It ends when all rounds and `meanwhile` are
    /// over; all threads have ended on return.
    ///
    /// - Returns: every visit.
    public func run(_ meanwhile: () throws(DemonstrationError) -> Void = {}) throws(DemonstrationError)
        -> [VisitOutcome]
    {
        let threads = try start()
        do {
            try meanwhile()
        } catch {
            ending.ring()
            for thread in threads { thread.join() }
            throw error
        }
        isMeanwhileOver.store(true, ordering: .relaxed)
        for thread in threads { thread.join() }
        let end = progress.withLock { $0 }
        if let failure = end.failure { throw failure }
        return end.outcomes
    }

    /// How many visits are over.
    public var visitCount: Int { progress.withLock { $0.outcomes.count } }

    private func start() throws(DemonstrationError) -> [WorkerThread] {
        var threads: [WorkerThread] = []
        do {
            for kind in ClientKind.allCases {
                guard let target = plan.targets[kind] else { continue }
                threads.append(try WorkerThread(name: "clients-\(kind)") { [self] in live(kind, target) })
            }
        } catch {
            ending.ring()
            for thread in threads { thread.join() }
            throw .system(what: "the population", error)
        }
        return threads
    }

    /// The life of the clients of one kind, on their thread.
    private func live(_ kind: ClientKind, _ target: ClientTarget) {
        do throws(DemonstrationError) {
            let loop = try ClientLoop()
            var clients: [ResumingClient] = []
            for number in 0..<plan.clients {
                clients.append(try ResumingClient(kind, name: "\(kind)-\(number)", target: target))
            }
            let began = MonotonicTime.now
            var round = 0
            while round < plan.rounds || !isMeanwhileOver.load(ordering: .relaxed) {
                let due = began.advanced(byNanoseconds: plan.pace.clampedNanoseconds * UInt64(round))
                guard !Socket.waitReadable(ending.number, until: due) else { return }
                try come(clients, round: round, on: loop)
                round += 1
            }
        } catch {
            progress.withLock { $0.failure = $0.failure ?? error }
        }
    }

    /// One round: every client comes, `width` of them at the same time.
    private func come(_ clients: [ResumingClient], round: Int, on loop: ClientLoop) throws(DemonstrationError)
    {
        for start in stride(from: 0, to: clients.count, by: plan.width) {
            let present = start..<min(clients.count, start + plan.width)
            let begun = present.map { begin(clients[$0], number: $0, round: round, on: loop) }
            try loop.run(begun.flatMap { $0.map(\.visit) })
            let outcomes = zip(present, begun).flatMap { clients[$0].learn(from: $1) }
            progress.withLock { $0.outcomes += outcomes }
        }
    }

    private func begin(_ client: ResumingClient, number: Int, round: Int, on loop: ClientLoop)
        -> [ResumingClient.Begun]
    {
        switch plan.habit(of: number) {
        case .parallelFirst where round == 0:
            (0..<plan.parallel).map { _ in client.makeVisit(on: loop, lineage: nil, requests: plan.requests) }
        case .parallelFirst:
            [client.makeVisit(on: loop, lineage: round % plan.parallel, requests: plan.requests)]
        case .parallelResumed where round % 2 == 1:
            (0..<plan.parallel).map { _ in client.makeVisit(on: loop, lineage: 0, requests: plan.requests) }
        default:
            [client.makeVisit(on: loop, lineage: 0, requests: plan.requests)]
        }
    }
}
