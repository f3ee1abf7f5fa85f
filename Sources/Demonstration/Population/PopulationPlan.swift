/// How many clients come, how often, and how.
public struct PopulationPlan: Sendable {
    /// Where the clients of each kind go; kinds without a target stay away.
    public var targets: [ClientKind: ClientTarget]
    /// Clients of each kind.
    public var clients = 15
    /// Rounds: in each, every client comes once. More follow while what happens meanwhile is not over.
    public var rounds = 30
    /// Requests on each connection.
    public var requests = 2
    /// From the beginning of one round to the next; zero: as fast as they can.
    public var pace = Duration.zero
    /// How many clients of a kind are there at the same time.
    public var width = 16
    /// How many connections a client opens at once, if it is one of those that do.
    public var parallel = 4

    /// A population with the numbers of the demonstration.
    public init(targets: [ClientKind: ClientTarget]) {
        self.targets = targets
    }

    /// How a client behaves.
    enum Habit {
        /// One connection at a time.
        case single
        /// Several connections before it knows any session; each lineage is then visited in turn.
        case parallelFirst
        /// Several connections at once with one session, every other round.
        case parallelResumed
    }

    /// Two of five clients are impatient.
    func habit(of client: Int) -> Habit {
        switch client % 5 {
        case 1: .parallelFirst
        case 3: .parallelResumed
        default: .single
        }
    }
}
