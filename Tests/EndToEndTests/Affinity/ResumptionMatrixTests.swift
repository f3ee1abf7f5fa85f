internal import Demonstration
internal import Foundation
internal import TestSupport
internal import Testing

/// Every kind of resumption × everything that happens to a gateway: the owner stays.
@Suite(.logOnFailure) struct ResumptionMatrixTests {
    @Test(arguments: ClientKind.allCases)
    func `twenty renewals in a row reach the owner`(kind: ClientKind) throws {
        try withStage(StagePlan(kind)) { stage in
            let clients = try stage.settled(kind)
            for _ in 0..<20 { try expectResumption(clients, on: stage) }
        }
    }

    @Test(arguments: ClientKind.allCases)
    func `ticket keys that rotate twice lose no session and no owner`(kind: ClientKind) throws {
        let plan = StagePlan(kind).with { $0.tls["ticket-keys"] = "{ rotate: 1s, keep: 32 }" }
        try withStage(plan) { stage in
            let clients = try stage.settled(kind)
            for rotation in 1...2 {
                let known = stage.rotations
                #expect(Deadline().poll { stage.rotations > known }, "rotation \(rotation)")
                try expectResumption(clients, on: stage)
            }
        }
    }

    @Test(arguments: ClientKind.allCases)
    func `a session that slept while ticket keys rotated twice resumes all the same`(kind: ClientKind) throws
    {
        let plan = StagePlan(kind).with { $0.tls["ticket-keys"] = "{ rotate: 1s, keep: 32 }" }
        try withStage(plan) { stage in
            let clients = try stage.settled(kind)
            let known = stage.rotations
            #expect(Deadline().poll { stage.rotations >= known + 2 })
            try expectResumption(clients, on: stage)
        }
    }

    @Test(arguments: ClientKind.allCases)
    func `a new certificate loses no session and no owner`(kind: ClientKind) throws {
        try withStage(StagePlan(kind)) { stage in
            let clients = try stage.settled(kind)
            let before = try stage.certificateDigest()
            try DevelopmentCertificates.replace("server", by: "server-rsa", in: stage.gateway.folder)
            try stage.reload()
            #expect(try stage.certificateDigest() != before)
            for _ in 0..<2 { try expectResumption(clients, on: stage) }
        }
    }

    @Test(arguments: ClientKind.allCases)
    func `a certificate that is renewed for other names loses no session and no owner`(kind: ClientKind)
        throws
    {
        try withStage(StagePlan(kind)) { stage in
            let clients = try stage.settled(kind)
            let before = try stage.certificateDigest()
            try DevelopmentCertificates.renew(
                "server", for: ["limpet.test", "new.limpet.test"], in: stage.gateway.folder)
            try stage.reload()
            #expect(try stage.certificateDigest() != before)
            for _ in 0..<2 { try expectResumption(clients, on: stage) }
        }
    }

    @Test(arguments: ClientKind.allCases)
    func `an RSA certificate that joins the other, and leaves again, loses no session and no owner`(
        kind: ClientKind
    ) throws {
        try withStage(StagePlan(kind)) { stage in
            let clients = try stage.settled(kind)
            for names in [["server", "server-rsa", "other"], ["other", "server"]] {
                let pairs = names.map { "{ certificate: certs/\($0).pem, key: certs/\($0).key }" }
                try stage.reload { $0.tls["certificates"] = "[\(pairs.joined(separator: ", "))]" }
                try expectResumption(clients, on: stage)
            }
        }
    }

    @Test(arguments: ClientKind.allCases)
    func `a service that restarts under its identity keeps its sessions`(kind: ClientKind) throws {
        let plan = StagePlan(kind).with {
            $0.service["health"] = "{ type: http, path: /healthz, interval: 60s, rise: 1, fall: 3 }"
        }
        try withStage(plan) { stage in
            let clients = try stage.settled(kind)
            for instance in stage.instances { try stage.restart(instance) }
            for _ in 0..<2 { try expectResumption(clients, on: stage) }
        }
    }

    @Test(arguments: ClientKind.allCases)
    func `a restart that the gateway has noticed leaves the sessions where they are`(kind: ClientKind) throws
    {
        try withStage(StagePlan(kind)) { stage in
            let clients = try stage.settled(kind)
            for instance in stage.instances {
                let running = stage.changes(of: instance, to: "running")
                let down = stage.changes(of: instance, to: "notRunning")
                instance.stop()
                #expect(Deadline().poll { stage.changes(of: instance, to: "notRunning") > down })
                try instance.start()
                #expect(Deadline().poll { stage.changes(of: instance, to: "running") > running })
            }
            for _ in 0..<2 { try expectResumption(clients, on: stage) }
        }
    }

    @Test(arguments: ClientKind.allCases)
    func `a reload with another change loses no session and no owner`(kind: ClientKind) throws {
        try withStage(StagePlan(kind)) { stage in
            let clients = try stage.settled(kind)
            for level in ["debug", "info"] {
                try stage.reload {
                    $0.sections["log"] = "{ level: \(level) }"
                    $0.service["retries"] = level == "debug" ? "2" : "1"
                }
                try expectResumption(clients, on: stage)
            }
        }
    }

    @Test(arguments: ClientKind.allCases)
    func `after the epoch was raised nothing resumes and everybody reaches the owner`(kind: ClientKind) throws
    {
        try withStage(StagePlan(kind)) { stage in
            let clients = try stage.settled(kind)
            try stage.reload { $0.tls["epoch"] = "1" }
            try expectPinWithoutResumption(clients, on: stage)
            try expectResumption(clients, on: stage, "sessions of the new epoch resume")
        }
    }
}

extension AffinityStage {
    /// How often the gateway has said that a new ticket key seals.
    fileprivate var rotations: Int { gateway.logLines.count { $0.contains("sealed with a new key") } }

    /// How often the gateway has said that a service has a status now.
    fileprivate func changes(of instance: DemoInstance, to status: String) -> Int {
        gateway.logLines.count { $0.contains("\(instance.identity): ") && $0.contains("-> \(status) ") }
    }

    /// What a full handshake of a client shows that prefers the certificate with an elliptic curve.
    fileprivate func certificateDigest() throws -> [UInt8]? {
        try clients(.stateless13, 1)[0].visit(on: loop).record.certificateDigest
    }
}
