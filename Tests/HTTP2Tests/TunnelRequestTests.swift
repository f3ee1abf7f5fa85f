import HTTP
import HTTP2
import TestSupport
import Testing

/// CONNECT, and its extended form that asks for WebSocket (RFC 8441).
struct TunnelRequestTests {
    private static let settings: SessionSettings = {
        var settings = SessionSettings()
        settings.allowsWebSocket = true
        return settings
    }()

    private static func asking(
        _ name: String = "websocket", method: String = "CONNECT", without left: String = "",
        fields: [(String, String)] = []
    ) -> [(String, String)] {
        (Frame.request(method, "/chat") + [(":protocol", name)]).filter { $0.0 != left } + fields
    }

    @Test func `the extended form is offered where it is allowed, and only there`() throws {
        for isAllowed in [true, false] {
            let stage = try Stage(isAllowed ? Self.settings : SessionSettings(), greets: false)
            stage.settle()
            let settings = try #require(stage.frames.first { $0.type == FrameType.settings.rawValue })
            let entries = stride(from: 0, to: settings.payload.count, by: 6).map {
                Array(settings.payload[$0..<($0 + 6)])
            }
            #expect(entries.contains([0, 8, 0, 0, 0, 1]) == isAllowed)
        }
    }

    @Test func `it becomes an upgrade, and brings no nonce of its own`() throws {
        let stage = try Stage(Self.settings)
        let fields = [
            ("sec-websocket-version", "13"), ("sec-websocket-key", "x"), ("origin", "https://a.example"),
        ]
        stage.send([.headers(Self.asking(fields: fields), isLast: false)])
        #expect(stage.log.refusals[1] == nil)
        #expect(
            stage.log.requests[1]
                == "GET /chat HTTP/1.1\r\nhost: a.example\r\nconnection: upgrade\r\nupgrade: websocket\r\n"
                + "sec-websocket-version: 13\r\norigin: https://a.example\r\n\r\n")
        #expect(stage.stream()?.asksForTunnel == true)
    }

    @Test func `CONNECT becomes CONNECT`() throws {
        let stage = try Stage()
        stage.send([.headers([(":method", "CONNECT"), (":authority", "db.example:5432")], isLast: false)])
        #expect(
            stage.log.requests[1] == "CONNECT db.example:5432 HTTP/1.1\r\nhost: db.example:5432\r\n\r\n")
        #expect(stage.stream()?.asksForTunnel == true)
        stage.send([.headers(Frame.request(), on: 3)])
        #expect(stage.stream(3)?.asksForTunnel == false)
    }

    private static let malformed = FrameCase.Outcome.streamError(.protocolError)

    static let cases: [(String, FrameCase.Outcome, [(String, String)])] = [
        ("no :scheme", malformed, asking(without: ":scheme")),
        ("no :path", malformed, asking(without: ":path")),
        ("no :authority", malformed, asking(without: ":authority")),
        ("GET", malformed, asking(method: "GET")),
        ("two :protocol", malformed, asking() + [(":protocol", "websocket")]),
        (
            ":protocol behind a field", malformed,
            Frame.request("CONNECT") + [("a", "b"), (":protocol", "websocket")]
        ),
        ("an empty :protocol", malformed, asking("")),
        ("a :protocol that is no token", .refused(.badPseudoField), asking("a b")),
        ("another :protocol", .refused(.unknownProtocol), asking("connect-udp")),
        ("h2c", .refused(.unknownProtocol), asking("h2c")),
        ("Connection", malformed, asking(fields: [("connection", "upgrade")])),
        ("Upgrade", malformed, asking(fields: [("upgrade", "h2c")])),
        ("Transfer-Encoding", malformed, asking(fields: [("transfer-encoding", "chunked")])),
        (
            "CONNECT with a :scheme", malformed,
            [(":method", "CONNECT"), (":scheme", "https"), (":authority", "a:1")]
        ),
    ]

    @Test(arguments: cases.indices)
    func `malformed requests for a tunnel are refused`(index: Int) throws {
        let (name, outcome, fields) = Self.cases[index]
        let stage = try Stage(Self.settings)
        stage.send([.headers(fields, isLast: false)])
        switch outcome {
        case .refused(let refusal): #expect(stage.log.refusals[1] == refusal, "\(name)")
        default: #expect(stage.resets() == [.protocolError], "\(name)")
        }
        #expect(stage.isAlive(), "\(name)")
    }

    @Test func `who has said all still hears the other out in a tunnel, and only there`() throws {
        for isTunnel in [true, false] {
            let stage = try Stage(Self.settings)
            stage.send([.headers(Self.asking(), isLast: false)])
            stage.stream()?.isTunnel = isTunnel
            stage.respond("HTTP/1.1 200 OK\r\n\r\n", isLast: false)
            stage.stream()?.end()
            stage.settle()
            #expect(stage.resets() == (isTunnel ? [] : [.noError]))
            stage.send([.data([1, 2, 3])])
            #expect(stage.isAlive())
        }
    }
}
