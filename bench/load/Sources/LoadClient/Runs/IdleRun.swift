internal import Platform
internal import Runtime
internal import TLS

/// Opens many connections, asks once on each, holds them without a word, and asks again in the end: whoever was let
/// go counts as failed.
final class IdleRun: LoadOwner {
    /// The figures.
    struct Figures: Encodable {
        var connections = 0
        var failed = 0
        var lastFault = ""
        /// Connections that still answered in the end.
        var answeredAgain = 0
    }

    private let stage: LoadStage
    private let wanted: Int
    private let width: Int
    private var opened = 0
    private var held: [LoadConnection] = []
    private var isClosing = false
    private(set) var figures = Figures()

    /// A run that holds that many connections, and opens `width` of them at a time.
    init(connections: Int, width: Int, plan: LoadPlan) throws(LoadError) {
        stage = try LoadStage(.full13, plan)
        wanted = connections
        self.width = width
    }

    /// Opens them, waits at the gate, and lets go of them after another request each.
    func run() throws(LoadError) {
        for _ in 0..<min(width, wanted) { open() }
        try stage.turn { held.count + figures.failed < wanted }
        figures.connections = held.count
        guard Gate.wait() else { return }
        isClosing = true
        // What ended meanwhile shows now.
        try stage.turnOnce(waiting: false)
        let present = held
        for start in stride(from: 0, to: present.count, by: width) {
            let part = present[start..<min(start + width, present.count)]
            let before = figures.answeredAgain + figures.failed
            var sent = 0
            for connection in part where connection.isAttached {
                sent += 1
                connection.request()
            }
            try stage.turn { figures.answeredAgain + figures.failed < before + sent }
        }
    }

    private func open() {
        guard opened < wanted else { return }
        opened += 1
        stage.connect(opened, for: self)
    }

    // MARK: What becomes of connections

    func established(_ connection: LoadConnection) {
        connection.request()
    }

    func answered(_ connection: LoadConnection) {
        guard !isClosing else {
            figures.answeredAgain += 1
            _ = connection.finish()
            return
        }
        held.append(connection)
        open()
    }

    func failed(_ connection: LoadConnection) {
        figures.failed += 1
        figures.lastFault = connection.fault
        if !isClosing { open() }
    }
}
