public import Affinity
public import Platform

/// Chooses instances for one service by its policy. A value that one worker owns: it keeps the policy's
/// memory (the turns of round-robin, the state of its random numbers), and everything else comes in with
/// each call.
public struct Balancer: Sendable {
    private var turns = RoundRobin()
    private var random: UInt64
    // What `least-sessions` has chosen last, so that equals take turns.
    private var last = -1

    /// A balancer whose random numbers follow from `seed`; give each worker another.
    public init(seed: UInt64) {
        random = seed
    }

    /// Chooses an eligible instance for a new lineage.
    ///
    /// - Parameters:
    ///   - lineage: the lineage.
    ///   - service: the present state of the service.
    ///   - tried: positions that are out of the question.
    ///   - now: the present moment.
    ///   - load: for a position, the requests under way (`least-requests`) or the live pins
    ///     (`least-sessions`) there. Other policies do not ask.
    /// - Returns: the position of an instance that is running and ready; nil if there is none.
    public mutating func choose(
        for lineage: Lineage, in service: ServiceState, except tried: InstanceSet = InstanceSet(),
        at now: MonotonicTime, load: (Int) -> Int
    ) -> Int? {
        let candidates = Candidates(service, except: tried, at: now)
        guard !candidates.isEmpty else { return nil }
        switch service.settings.policy {
        case .roundRobin:
            return turns.next(candidates)
        case .leastRequests:
            return twoChoices(candidates, load)
        case .leastSessions:
            let choice = candidates.leastLoaded(after: last, load)
            last = choice ?? last
            return choice
        case .consistentHash:
            return candidates.onRing(lineage)
        }
    }

    /// The next instance to try for a request after those that were tried in vain. It has no influence on
    /// later choices.
    ///
    /// Round-robin draws by weight, consistent hash goes on on the ring, the others to the least loaded. The lineage
    /// decides each draw, and where a search among equals begins: the clients of an instance that is gone spread over
    /// all that are left instead of following each other to its neighbour, and requests of one lineage agree.
    ///
    /// - Parameters:
    ///   - lineage: the lineage.
    ///   - service: the present state of the service.
    ///   - tried: positions that were tried.
    ///   - now: the present moment.
    ///   - load: as in ``choose(for:in:except:at:load:)``.
    /// - Returns: the position of an instance that is running and ready; nil if all were tried.
    public func fallback(
        for lineage: Lineage, in service: ServiceState, except tried: InstanceSet, at now: MonotonicTime,
        load: (Int) -> Int
    ) -> Int? {
        let candidates = Candidates(service, except: tried, at: now)
        guard !candidates.isEmpty else { return nil }
        let random = mixed(lineage.low ^ mixed(lineage.high))
        switch service.settings.policy {
        case .roundRobin:
            return candidates.drawn(by: random, except: nil)
        case .leastRequests, .leastSessions:
            return candidates.leastLoaded(after: candidates.drawnEvenly(by: random, except: nil) ?? -1, load)
        case .consistentHash:
            return candidates.onRing(lineage)
        }
    }

    /// Draws two different candidates by weight and takes the second only if it has less load for its weight.
    private mutating func twoChoices(_ candidates: borrowing Candidates, _ load: (Int) -> Int) -> Int? {
        guard let first = candidates.drawn(by: nextRandom(), except: nil) else { return nil }
        guard let second = candidates.drawn(by: nextRandom(), except: first) else { return first }
        return candidates.hasLessLoad(second, load(second), than: first, load(first)) ? second : first
    }

    private mutating func nextRandom() -> UInt64 {
        random &+= 0x9e37_79b9_7f4a_7c15
        return mixed(random)
    }
}
