internal import Platform
internal import Runtime
internal import TLS

/// Connects, shakes hands, asks once, leaves, and comes again with the newest ticket: as many clients at once as it
/// is told, each with its own memory.
final class HandshakeRun: LoadOwner {
    /// The figures.
    struct Figures: Encodable {
        /// Connections whose handshake was of the wanted kind and whose answer was good.
        var operations = 0
        /// Connections whose handshake was of another kind.
        var otherKind = 0
        /// Connections that failed.
        var failed = 0
        /// The last failure.
        var lastFault = ""
        /// Connections that brought no session, where one was wanted.
        var withoutSession = 0
        /// How long it took.
        var seconds = 0.0
    }

    private let kind: LoadKind
    private let stage: LoadStage
    private var sessions: [[UInt8]?]
    private var active = 0
    private var isEnding = false
    private var warm = 0
    private(set) var figures = Figures()

    /// A run with that many clients at the same time.
    init(_ kind: LoadKind, clients: Int, plan: LoadPlan) throws(LoadError) {
        self.kind = kind
        stage = try LoadStage(kind, plan)
        sessions = Array(repeating: nil, count: clients)
    }

    /// Warms up until each client has come three times, waits at the gate, and then measures for that long.
    func run(for duration: Duration) throws(LoadError) {
        for number in sessions.indices { open(number) }
        try stage.turn { warm < sessions.count * 3 && figures.failed <= sessions.count }
        isEnding = true
        try stage.turn { active > 0 }
        guard figures.failed == 0 else { throw .notServed("warming up failed: \(figures.lastFault)") }
        guard kind.isFull || !sessions.allSatisfy({ $0 == nil }) else {
            throw .notServed("the gateway gives no session of the kind \(kind.rawValue)")
        }
        guard Gate.wait() else { return }
        figures = Figures()
        isEnding = false
        let began = MonotonicTime.now
        let deadline = began + duration
        for number in sessions.indices { open(number) }
        try stage.turn {
            if !isEnding, stage.loop.now >= deadline { isEnding = true }
            return active > 0
        }
        figures.seconds = Double((MonotonicTime.now - began).clampedNanoseconds) / 1e9
    }

    private func open(_ number: Int) {
        active += 1
        let session = kind.isFull ? nil : sessions[number]
        stage.connect(number, session: session, for: self)
    }

    private func next(_ number: Int) {
        active -= 1
        warm += 1
        if !isEnding { open(number) }
    }

    // MARK: What becomes of connections

    func established(_ connection: LoadConnection) {
        connection.request()
    }

    func answered(_ connection: LoadConnection) {
        if kind.accepts(connection.resumption) { figures.operations += 1 } else { figures.otherKind += 1 }
        let session = connection.finish()
        if !kind.isFull {
            sessions[connection.number] = session
            if session == nil { figures.withoutSession += 1 }
        }
        next(connection.number)
    }

    func failed(_ connection: LoadConnection) {
        figures.failed += 1
        figures.lastFault = connection.fault
        sessions[connection.number] = nil
        next(connection.number)
        // A gateway that refuses everybody is not hammered.
        if figures.failed > 1000 { isEnding = true }
    }
}
