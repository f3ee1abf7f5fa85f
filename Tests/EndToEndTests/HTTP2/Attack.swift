internal import TestSupport

/// What a hostile client of HTTP/2 does on a connection, again and again.
enum Attack: String, CaseIterable {
    case rapidReset, madeYouReset, continuations, settings, pings, priorities, emptyFrames, headerBombs
    case trailerBombs, unknownFrames, priorityUpdates, strayData, strayHeaders, windowUpdates, zeroWindows
    case slowReading

    /// How it ends: with ENHANCE_YOUR_CALM where the connection has used up a budget; else only its streams end.
    var isFlood: Bool { self != .zeroWindows && self != .slowReading }

    /// Plays it on a new connection; answers the code of the goodbye, if the gateway has said one.
    func play(on client: FrameClient, isOver: () -> Bool) throws -> UInt32? {
        switch self {
        case .zeroWindows: try starve(client, isOver)
        case .slowReading: try sip(client, isOver)
        default: try client.send((0..<acts).flatMap(act))
        }
        guard isFlood else { return nil }
        return try client.goAways().last?.errorCode
    }

    private var acts: Int {
        switch self {
        case .continuations: 200
        case .headerBombs, .trailerBombs: 150
        case .strayData, .strayHeaders, .windowUpdates: 12_000
        default: 2000
        }
    }

    private static let request = Frame.request("POST", "/", authority: "limpet.test")
    private static let bomb =
        FieldBlock.indexed("x-a", String(repeating: "a", count: 3000))
        + [UInt8](repeating: 0xbe, count: 12_000)

    private func act(_ count: Int) -> [Frame] {
        let stream = UInt32(count * 2 + 1)
        let opened = Frame.headers(Self.request, on: stream, isLast: false)
        return switch self {
        case .rapidReset: [.headers(Self.request, on: stream), .reset(stream)]
        case .madeYouReset: [opened, .windowUpdate(0x7fff_ffff, on: stream)]
        case .continuations:
            [
                Frame(
                    count == 0 ? .headers : .continuation, stream: 1, FieldBlock.literal([("x-\(count)", "")])
                )
            ]
        case .settings: [.settings()]
        case .pings: [.ping()]
        case .priorities: [Frame(.priority, stream: stream, [0, 0, 0, 0, 1])]
        case .emptyFrames: [count == 0 ? opened : .data([], isLast: false)]
        case .headerBombs: [.headers(block: FieldBlock.literal(Self.request) + Self.bomb, on: stream)]
        case .trailerBombs: [opened, .headers(block: Self.bomb, on: stream)]
        case .unknownFrames: [Frame(type: 0x20, [1, 2, 3])]
        case .priorityUpdates: [Frame(type: 0x10, [0, 0, 0, 1] + Array("u=1".utf8))]
        case .strayData: count == 0 ? [opened, .reset(1)] : [.data([1], isLast: false)]
        case .strayHeaders: [.headers(Self.request, on: count == 0 ? 99 : 1)]
        case .windowUpdates: [.windowUpdate(1)]
        case .zeroWindows, .slowReading: []
        }
    }

    /// As many large answers as streams allow, and no window for any.
    private func starve(_ client: FrameClient, _ isOver: () -> Bool) throws {
        try client.send(.settings([(4, 0)]))
        let streams = try (0..<100).map { _ in try client.request("GET", "/large") }
        for stream in streams where !isOver() { _ = try client.wait(for: stream) }
    }

    /// A window of one byte for each byte that has come.
    private func sip(_ client: FrameClient, _ isOver: () -> Bool) throws {
        try client.send(.settings([(4, 1)]))
        for _ in 0..<50 { _ = try client.request("GET", "/large") }
        while !isOver() {
            let known = client.contentBytes
            try client.read { $0.contentBytes > known || isOver() }
        }
    }
}

extension FrameClient {
    /// How much content has come on all streams.
    fileprivate var contentBytes: Int { streams.values.reduce(0) { $0 + $1.content.count } }
}
