internal import Demonstration
internal import Runtime
internal import TestSupport

extension NodeStage {
    /// Lets all clients come again and again, each as soon as its last visit is over, until `isEnough` holds of how many
    /// visits are over; what is under way then comes to its end. Answers how the visits went, in the order of their ends.
    func load(
        _ clients: [ResumingClient], until isEnough: (_ visits: Int) throws -> Bool
    ) throws -> [VisitOutcome] {
        var outcomes: [VisitOutcome] = []
        var underWay: [(client: ResumingClient, begun: ResumingClient.Begun)] = []
        var isOver = false
        func begin(_ client: ResumingClient) {
            let begun = client.makeVisit(on: loop, lineage: 0, requests: 3)
            underWay.append((client, begun))
            begun.visit.begin()
        }
        for client in clients { begin(client) }
        while !underWay.isEmpty {
            try loop.loop.runOnce(waiting: true)
            let ended = underWay.filter(\.begun.visit.isOver)
            underWay.removeAll(where: \.begun.visit.isOver)
            for (client, begun) in ended {
                outcomes += client.learn(from: [begun])
                if !isOver { begin(client) }
            }
            isOver = try isOver || isEnough(outcomes.count)
        }
        return outcomes
    }
}
