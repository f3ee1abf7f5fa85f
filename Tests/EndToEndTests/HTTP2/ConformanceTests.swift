internal import HTTP
internal import HTTP2
internal import TestSupport
internal import Testing

/// RFC 9113 sections 3 to 8 against a gateway that runs: every case that the session is tested with, each on a
/// connection of its own, judged by the answer, by the fate of the connection and by what the service got to see.
@Suite(.logOnFailure)
struct ConformanceTests {
    /// A section's cases.
    struct Section: CustomTestStringConvertible, Sendable {
        let testDescription: String
        let cases: [FrameCase]
        /// The client's preface is among what is sent.
        var greets = true
        /// What is malformed shows before anything can be passed on.
        var hidesMalformed = false
    }

    static let sections = [
        Section(testDescription: "3.4, the preface", cases: ConnectionCases.greeting, greets: false),
        Section(testDescription: "4.1 and 4.2, frames", cases: ConnectionCases.frames),
        Section(testDescription: "4.3, field compression", cases: ConnectionCases.compression),
        Section(testDescription: "4.3, field blocks in pieces", cases: ConnectionCases.interleaved),
        Section(testDescription: "5.1, states", cases: StreamCases.states),
        Section(testDescription: "5.1.1, numbers", cases: StreamCases.numbers),
        Section(testDescription: "6, frames of streams", cases: FrameFormCases.streams),
        Section(testDescription: "6, frames of the connection", cases: FrameFormCases.connection),
        Section(testDescription: "8.2.1, names", cases: MessageCases.names, hidesMalformed: true),
        Section(testDescription: "8.2.1, values", cases: MessageCases.values, hidesMalformed: true),
        Section(
            testDescription: "8.2.2, fields of a connection", cases: MessageCases.ofConnection,
            hidesMalformed: true),
        Section(
            testDescription: "8.3, pseudo-header fields", cases: MessageCases.pseudo, hidesMalformed: true),
        Section(testDescription: "8.1.1, lengths", cases: MessageCases.bodies),
        Section(testDescription: "8.1, trailers", cases: MessageCases.trailerCases),
    ]

    @Test func `there are more than a hundred cases`() {
        #expect(Self.sections.reduce(0) { $0 + $1.cases.count } > 100)
    }

    @Test(arguments: sections)
    func `every case of a section has its outcome, and harms nobody else`(section: Section) throws {
        let upstream = try RecordingUpstream.echoing()
        var configuration = GatewayConfiguration(upstreams: [upstream])
        // Where nothing else is spoken, all that comes is meant to be HTTP/2.
        configuration.listeners = [.init(settings: ["protocols": "[h2]"])]
        try withGateway(configuration) { gateway in
            let bystander = try FrameClient(gateway.connect())
            for sample in section.cases {
                let client = try FrameClient(gateway.connect(), greets: section.greets)
                try client.send(bytes: sample.bytes)
                try judge(sample, client)
                client.close()
            }
            #expect(try bystander.exchange("GET", "/bystander").content.text == "GET /bystander")
            bystander.close()
        }
        let requests = try upstream.finish().flatMap(\.requests)
        #expect(
            !requests.contains { $0.target.contains("admin") || $0.fields["x"] != nil }, "nothing is smuggled"
        )
        if section.hidesMalformed {
            let good = section.cases.count { $0.outcome == .accepted }
            #expect(requests.count == good + 1, "\(requests.map(\.head.readable))")
        }
    }

    private func judge(_ sample: FrameCase, _ client: FrameClient) throws {
        let name = sample.description
        switch sample.outcome {
        case .connectionError(let code):
            let goAways = (try? client.goAways()) ?? []
            #expect(goAways.last?.errorCode == code.rawValue, "\(name)")
            #expect(client.readToEnd() != .open, "\(name)")
        case .streamError(let code):
            let stream = try? client.wait(for: 1)
            #expect(stream?.resetCode == code.rawValue, "\(name)")
            try expectLife(of: client, name)
        case .refused(let refusal):
            let status = (try? client.wait(for: 1))?.status ?? 0
            #expect(status == Int(refusal.status.code), "\(name)")
            try expectLife(of: client, name)
        case .accepted:
            if sample.isWhole {
                let status = (try? client.wait(for: 1))?.status ?? 0
                #expect(status == 200, "\(name)")
            }
            try expectLife(of: client, name)
        case .nothing:
            try expectLife(of: client, name)
            let stream = client.streams[1]
            #expect(stream == nil, "\(name)")
        }
    }

    /// The connection answers a ping, and has not said goodbye.
    private func expectLife(of client: FrameClient, _ name: String) throws {
        try client.send(.ping(0x5a))
        let answer = Frame.ping(0x5a, isAcknowledgement: true)
        let isAlive: Void? = try? client.read { $0.control.contains(answer) }
        #expect(isAlive != nil, "\(name): no answer to a ping")
        #expect(!client.control.contains { $0.type == FrameType.goAway.rawValue }, "\(name)")
    }
}
