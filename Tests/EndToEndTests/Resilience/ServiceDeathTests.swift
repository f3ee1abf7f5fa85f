internal import TestSupport
internal import Testing

/// Services that are killed, hang, and come back.
@Suite(.logOnFailure)
struct ServiceDeathTests {
    /// Lets every client have `count` more answers.
    private func rounds(_ count: Int, _ clients: [BusyClient], _ crowd: Crowd) throws {
        let marks = clients.map(\.diary.statuses.count)
        let areServed = try crowd.live(until: Deadline(in: .seconds(30))) {
            zip(clients, marks).allSatisfy { $0.diary.statuses.count >= $1 + count || $0.ending != nil }
        }
        #expect(areServed, "every client goes on being served")
    }

    @Test func `killing each service in turn leaves every request answered, and moves only its own clients`()
        throws
    {
        try withResilienceStage { stage in
            let crowd = try stage.crowd()
            let clients = crowd.add(18) { _ in BusyClient(of: crowd) }
            for victim in stage.services {
                try rounds(3, clients, crowd)
                let owners = clients.map(\.diary.services.last)
                #expect(owners.contains(victim.identity), "somebody is affected")
                victim.kill()
                try rounds(5, clients, crowd)
                for (client, owner) in zip(clients, owners) {
                    #expect(
                        (client.diary.services.last != owner) == (owner == victim.identity), "\(client.diary)"
                    )
                }
                try victim.start()
                #expect(try crowd.live { victim.isListening })
                #expect(try crowd.live { stage.isRunning(victim) })
            }
            try rounds(3, clients, crowd)
            for client in clients {
                #expect(client.diary.isSpotless, "\(client.diary)")
                #expect(Set(client.diary.services).count <= 4)
            }
            let records = try stage.gateway.accessRecords(1)
            let moves = records.count { $0.text(AccessKey.reason) == "owner-down" }
            #expect(moves >= clients.count, "each client has been moved at least once, and the log says why")
        }
    }

    @Test func `a service that crashes again and again leaves every request answered`() throws {
        try withResilienceStage { stage in
            let crowd = try stage.crowd()
            var clients: [BusyClient] = []
            let victim = stage.services[0]
            for turn in 0..<8 {
                // New ones come to it as soon as it is called running, and as often too soon.
                clients += crowd.add(4) { _ in BusyClient(of: crowd, pause: .milliseconds(10)) }
                try rounds(2, clients, crowd)
                victim.kill()
                try rounds(2, clients, crowd)
                try victim.start()
                #expect(try crowd.live { victim.isListening })
                guard turn % 2 == 0 else { continue }
                #expect(try crowd.live { stage.isRunning(victim) })
            }
            for client in clients { #expect(client.diary.isSpotless, "\(client.diary)") }
        }
    }

    @Test func `a service that hangs costs its clients the time until that is noticed, and others nothing`()
        throws
    {
        let sections = ["timeouts": "{ response: 60s, drain: 5s }"]
        var settings = ResilienceStage.watchful
        settings["health"] =
            "{ type: http, path: /healthz, interval: 200ms, timeout: 400ms, rise: 1, fall: 2 }"
        try withResilienceStage(settings: settings, sections: sections) { stage in
            let crowd = try stage.crowd()
            let clients = crowd.add(12) { _ in BusyClient(of: crowd) }
            try rounds(3, clients, crowd)
            let hanging = stage.services[1]
            let affected = clients.filter { $0.diary.services.last == hanging.identity }
            let others = clients.filter { $0.diary.services.last != hanging.identity }
            #expect(!affected.isEmpty && !others.isEmpty)
            hanging.hang()
            let isNoticed = try crowd.live(until: Deadline(in: .seconds(20))) {
                stage.count(of: hanging, becoming: "notRunning") == 1
                    && affected.allSatisfy { $0.diary.statuses.last == 200 && $0.diary.services.count > 1 }
            }
            #expect(isNoticed)
            for client in affected {
                // What it was asked when it hung, another one has answered.
                #expect(client.diary.isSpotless, "\(client.diary)")
                #expect(client.diary.longest < .seconds(4))
            }
            for client in others {
                #expect(client.diary.isSpotless, "\(client.diary)")
                #expect(client.diary.services.count == 1)
                #expect(client.diary.longest < .seconds(1))
            }
            hanging.goOn()
            #expect(try crowd.live { stage.count(of: hanging, becoming: "running") == 2 })
            try rounds(3, clients, crowd)
            #expect(affected.allSatisfy { $0.diary.services.last != hanging.identity }, "who has moved stays")
        }
    }
}
