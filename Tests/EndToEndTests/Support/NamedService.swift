internal import TestSupport
internal import Testing

/// Services that answer with their name, and with what they were asked: `portal-0 POST /path 5000`.
enum NamedService {
    static func make(_ number: Int) throws -> RecordingUpstream {
        try RecordingUpstream { connection in
            while true {
                let request = try connection.readRequest()
                try connection.send(
                    RecordingUpstream.response("portal-\(number) \(request.summary) \(request.body.count)"))
            }
        }
    }

    /// Waits until the gateway has said that so many services run.
    static func waitForAll(_ count: Int, _ gateway: GatewayProcess) {
        #expect(Deadline().poll { gateway.logLines.count { $0.contains("-> running ") } >= count })
    }
}
