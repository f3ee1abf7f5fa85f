import HTTP
import HTTP2
import Platform
import TestSupport
import Testing

/// What costs a client little and us much has a budget, and ends with ENHANCE_YOUR_CALM.
struct AbuseTests {
    private static func settings(_ abuse: Abuse, burst: UInt32 = 10) -> SessionSettings {
        var settings = SessionSettings()
        settings.budgets[abuse] = AbuseBudget(burst: burst, perSecond: 2)
        return settings
    }

    /// What makes up one act of each abuse, on stream `id` where it needs one.
    private static func act(_ abuse: Abuse, _ id: UInt32) -> [Frame] {
        let opened = Frame.headers(Frame.request("POST"), on: id, isLast: false)
        return switch abuse {
        case .reset: [.headers(Frame.request(), on: id), .reset(id)]
        case .provokedReset: [opened, .windowUpdate(0x7fff_ffff, on: id)]
        case .settings: [.settings()]
        case .ping: [.ping()]
        case .priority: [Frame(.priority, stream: id, [0, 0, 0, 0, 1])]
        case .strayFrame: [opened, .reset(id), .data([1], on: id, isLast: false)]
        case .emptyFrame: [opened, .data([], on: id, isLast: false), .reset(id)]
        case .windowUpdate: [.windowUpdate(1)]
        case .flood: []
        }
    }

    private static let counted = Abuse.allCases.filter { $0 != .flood }

    @Test(arguments: counted)
    func `what goes beyond its budget is told to calm down`(abuse: Abuse) throws {
        var settings = Self.settings(abuse)
        if abuse == .settings { settings.budgets[.settings].burst = 11 }  // the greeting and its answer
        let stage = try Stage(settings)
        for count in 0..<9 {
            stage.send(Self.act(abuse, UInt32(count * 2 + 1)))
            #expect(stage.session.end == nil, "\(count)")
        }
        for count in 9..<12 { stage.send(Self.act(abuse, UInt32(count * 2 + 1))) }
        #expect(stage.session.end == .abuse(abuse))
        #expect(stage.goAways == [.enhanceYourCalm])
    }

    @Test(arguments: counted)
    func `who keeps to the pace may go on for ever`(abuse: Abuse) throws {
        let stage = try Stage(Self.settings(abuse))
        for count in 0..<100 {
            stage.now = stage.now.advanced(byNanoseconds: 500_000_000)
            stage.send(Self.act(abuse, UInt32(count * 2 + 1)))
        }
        #expect(stage.session.end == nil)
    }

    @Test(arguments: counted)
    func `no time gives more than the burst`(abuse: Abuse) throws {
        let stage = try Stage(Self.settings(abuse))
        stage.now = stage.now.advanced(byNanoseconds: 1 << 62)
        for count in 0..<12 { stage.send(Self.act(abuse, UInt32(count * 2 + 1))) }
        #expect(stage.session.end == .abuse(abuse))
    }

    /// Frames of which the library says nothing.
    private static let ignored: [(String, Abuse, Frame)] = [
        ("an unknown frame", .priority, Frame(type: 0x20, [1, 2, 3])),
        ("PRIORITY_UPDATE", .priority, Frame(type: 0x10, [0, 0, 0, 1] + Array("u=1".utf8))),
        ("DATA on a stream that is over", .strayFrame, .data([1], on: 99, isLast: false)),
        ("DATA without content there", .strayFrame, .data([], on: 99, isLast: false)),
        ("HEADERS on a skipped stream", .strayFrame, .headers(Frame.request(), on: 5)),
        ("HEADERS on a stream that is over", .strayFrame, .headers([("x-a", "b")], on: 99)),
        ("GOAWAY", .settings, .goAway()),
    ]

    @Test(arguments: [false, true])
    func `frames that are ignored have a budget`(inPieces: Bool) throws {
        for (name, abuse, frame) in Self.ignored {
            var settings = Self.settings(abuse)
            if abuse == .settings { settings.budgets[.settings].burst = 12 }  // the greeting and its answer
            let stage = try Stage(settings)
            let opened = Frame.request("POST")
            stage.send([.headers(opened, on: 99, isLast: false), .reset(99)])
            // Who has said goodbye and has no stream is not read any more.
            stage.send([.headers(opened, on: 101, isLast: false)])
            stage.send([Frame](repeating: frame, count: 10), inPieces: inPieces)
            #expect(stage.session.end == nil, "\(name)")
            // What is not told of is known by the next frame.
            stage.send([frame, frame], inPieces: inPieces)
            #expect(stage.session.end == .abuse(abuse), "\(name)")
            #expect(stage.goAways == [.enhanceYourCalm], "\(name)")
        }
    }

    @Test func `content of uploads that we have ended costs what was on its way, and no connection`() throws {
        let stage = try Stage()
        for count in 0..<50 {
            let id = UInt32(2 * count + 1)
            stage.send([.headers(Frame.request("POST"), on: id, isLast: false)])
            stage.stream(Int32(id))?.reset(.cancel)
            stage.settle()
            stage.send(
                [Frame](
                    repeating: .data([UInt8](repeating: 1, count: 1024), on: id, isLast: false), count: 64))
        }
        #expect(stage.isAlive())
    }

    @Test func `requests that are reset in the same breath never reach anybody`() throws {
        let stage = try Stage()
        stage.send((0..<50).flatMap { Self.act(.reset, UInt32($0 * 2 + 1)) })
        #expect(stage.log.opened.isEmpty)
        #expect(stage.session.streamCount == 0)
        #expect(stage.isAlive())
    }

    @Test func `requests that have to be refused are counted, too`() throws {
        let stage = try Stage(Self.settings(.provokedReset))
        for count in 0..<12 {
            stage.send([.headers(Frame.request() + [("host", "b.example")], on: UInt32(count * 2 + 1))])
        }
        #expect(stage.session.end == .abuse(.provokedReset))
        #expect(stage.log.refusals.count == 10)
    }

    @Test func `resets of our own do not count against the client`() throws {
        let stage = try Stage(Self.settings(.provokedReset))
        for count in 0..<30 {
            let id = UInt32(count * 2 + 1)
            stage.send([.headers(Frame.request("POST"), on: id, isLast: false)])
            count % 2 == 0
                ? stage.respond("HTTP/1.1 200 OK\r\n\r\n", on: Int32(id))
                : stage.stream(Int32(id))?.reset(.cancel)
            stage.settle()
        }
        #expect(stage.isAlive())
    }

    @Test func `window updates that our content calls for cost nothing`() throws {
        let stage = try Stage(Self.settings(.windowUpdate))
        stage.send([.headers(Frame.request())])
        stage.respond("HTTP/1.1 200 OK\r\n\r\n", isLast: false)
        for _ in 0..<100 {
            stage.stream()?.send([UInt8](repeating: 0, count: 1000).span, isLast: false)
            stage.settle()
            stage.send([.windowUpdate(1000), .windowUpdate(1000, on: 1)])
        }
        #expect(stage.isAlive())
    }

    @Test func `a field block in too many frames ends the connection`() throws {
        let stage = try Stage()
        stage.send([Frame(.headers, stream: 1, [0x82])])
        for count in 0..<9 {
            #expect(stage.session.end == nil)
            stage.send([Frame(.continuation, stream: 1, FieldBlock.literal([("x-\(count)", "")]))])
        }
        #expect(stage.session.end == .abuse(.flood))
        #expect(stage.goAways == [.enhanceYourCalm])
    }

    @Test func `a field block that is malformed and has no end ends the connection, too`() throws {
        let stage = try Stage()
        stage.send([Frame(.headers, stream: 1, [0x82, 0x82])])
        for _ in 0..<200 { stage.send([Frame(.continuation, stream: 1, [0x82])]) }
        #expect(stage.session.end == .abuse(.flood))
    }

    @Test func `more settings in a frame than make sense end the connection`() throws {
        let stage = try Stage()
        stage.send([.settings((0..<40).map { (UInt16(100 + $0), 1) })])
        #expect(stage.goAways == [.enhanceYourCalm])
    }

    @Test func `answers to pings that the client does not take are bounded`() throws {
        var settings = SessionSettings()
        settings.budgets[.ping] = AbuseBudget(burst: 100_000, perSecond: 0)
        let stage = try Stage(settings)
        stage.session.isBlocked = true
        stage.send([Frame](repeating: .ping(), count: 2000))
        #expect(stage.session.end == .abuse(.flood))
    }

    @Test func `a bomb of indexed fields is not read to its end`() throws {
        let stage = try Stage()
        let entry = FieldBlock.indexed("x-a", String(repeating: "a", count: 3000))
        stage.send([
            .headers(
                block: FieldBlock.literal(Frame.request()) + entry + [UInt8](repeating: 0xbe, count: 12_000))
        ])
        #expect(stage.resets() == [.internalError])
        #expect(stage.log.opened.isEmpty)
        #expect(stage.isAlive())
    }

    private static func trailers(_ block: [UInt8], on id: UInt32) -> [Frame] {
        [.headers(Frame.request("POST"), on: id, isLast: false), .headers(block: block, on: id)]
    }

    @Test func `a bomb in trailers is not read to its end, and costs its budget`() throws {
        let stage = try Stage(Self.settings(.provokedReset))
        let entry = FieldBlock.indexed("x-a", String(repeating: "a", count: 3000))
        for count in 0..<12 {
            let block = entry + [UInt8](repeating: 0xbe, count: 12_000)
            stage.send(Self.trailers(block, on: UInt32(count * 2 + 1)))
        }
        #expect(stage.resets() == [.internalError])
        #expect(stage.log.ended.isEmpty, "no request was whole")
        #expect(stage.session.end == .abuse(.provokedReset))
    }

    @Test func `a bomb behind a trailer that was refused before is not read to its end, either`() throws {
        let stage = try Stage()
        let entry = FieldBlock.indexed("x-a", String(repeating: "a", count: 3000))
        let block = FieldBlock.literal([("te", "trailers")]) + entry + [UInt8](repeating: 0xbe, count: 12_000)
        stage.send(Self.trailers(block, on: 1))
        #expect(stage.resets() == [.internalError])
        #expect(stage.isAlive())
    }

    @Test func `trailers that have to be refused are counted, too`() throws {
        let stage = try Stage(Self.settings(.provokedReset))
        let block = FieldBlock.literal([("x-a", String(repeating: "a", count: 9000))])
        for count in 0..<12 { stage.send(Self.trailers(block, on: UInt32(count * 2 + 1))) }
        #expect(stage.session.end == .abuse(.provokedReset))
        #expect(stage.log.refusals.values.count { $0 == .trailersTooLarge } == 10)
    }

    @Test func `nothing that comes after the end is looked at`() throws {
        let stage = try Stage(Self.settings(.ping, burst: 1))
        stage.send([.ping(), .ping(), .headers(Frame.request())])
        stage.send([.headers(Frame.request(), on: 3)])
        #expect(stage.log.opened.isEmpty && stage.goAways == [.enhanceYourCalm])
    }
}
