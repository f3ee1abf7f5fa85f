internal import Platform
internal import Runtime
internal import TLS

/// Asks again as soon as an answer is there, over connections that are all open before the measurement begins: with
/// thousands of them handshakes would otherwise be a large part of what is measured.
final class KeepAliveRun: LoadOwner {
    /// The figures.
    struct Figures: Encodable {
        var requests = 0
        var failed = 0
        var lastFault = ""
        var seconds = 0.0
    }

    /// How many handshakes are under way at a time.
    private static let width = 64

    private enum Phase {
        case opening, asking, ending
    }

    private let stage: LoadStage
    private let wanted: Int
    private var connections: [LoadConnection] = []
    private var opened = 0
    private var underWay = 0
    private var phase = Phase.opening
    private(set) var figures = Figures()

    /// A run over that many connections.
    init(connections: Int, plan: LoadPlan) throws(LoadError) {
        wanted = connections
        stage = try LoadStage(.full13, plan)
    }

    /// Opens all connections with a request each, asks for a moment without counting, waits at the gate, and measures.
    func run(for duration: Duration) throws(LoadError) {
        for _ in 0..<min(Self.width, wanted) { open() }
        try stage.turn { connections.count + figures.failed < wanted }
        guard figures.failed == 0 else { throw .notServed("connecting failed: \(figures.lastFault)") }
        try ask(for: .milliseconds(500))
        guard Gate.wait() else { return }
        figures = Figures()
        try ask(for: duration)
    }

    private func ask(for duration: Duration) throws(LoadError) {
        phase = .asking
        let began = MonotonicTime.now
        let deadline = began + duration
        for connection in connections where connection.isAttached { request(connection) }
        try stage.turn {
            if stage.loop.now >= deadline { phase = .ending }
            return underWay > 0
        }
        figures.seconds = Double((MonotonicTime.now - began).clampedNanoseconds) / 1e9
    }

    private func open() {
        guard opened < wanted else { return }
        opened += 1
        stage.connect(opened, for: self)
    }

    private func request(_ connection: LoadConnection) {
        underWay += 1
        connection.request()
    }

    // MARK: What becomes of connections

    func established(_ connection: LoadConnection) {
        connection.request()
    }

    func answered(_ connection: LoadConnection) {
        switch phase {
        case .opening:
            connections.append(connection)
            open()
        case .asking, .ending:
            underWay -= 1
            figures.requests += 1
            if phase == .asking { request(connection) }
        }
    }

    func failed(_ connection: LoadConnection) {
        figures.failed += 1
        figures.lastFault = connection.fault
        if phase == .opening { open() } else { underWay -= 1 }
    }
}
