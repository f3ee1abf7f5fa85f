internal import Histogram
internal import Platform
internal import Runtime
internal import TLS

/// Asks at a fixed rate, whatever the answers do: a request is due at its moment, waits for a free connection if there
/// is none, and its latency counts from the moment when it was due. So a gateway that stalls for a while pays for every
/// request that would have come meanwhile (no coordinated omission).
final class LatencyRun: LoadOwner {
    /// The figures; latencies in microseconds.
    struct Figures: Encodable {
        var requests = 0
        var failed = 0
        var lastFault = ""
        var seconds = 0.0
        var rate = 0.0
        var p50 = 0.0
        var p90 = 0.0
        var p99 = 0.0
        var p999 = 0.0
        var largest = 0.0
        /// Requests that found no free connection when they were due.
        var waited = 0
    }

    /// The most requests that wait for a connection; beyond, the rate is hopeless.
    private static let waitingLimit = 200_000
    private static let longestNanoseconds: UInt64 = 60_000_000_000

    private let stage: LoadStage
    private let wanted: Int
    private let spacing: Double
    // The one that has been idle longest is next: otherwise few of many connections would carry all requests.
    private var idle = Queue<LoadConnection>()
    private var waiting = Queue<MonotonicTime>()
    private var established = 0
    private var began = MonotonicTime(nanoseconds: 0)
    private var sent = 0
    private var due = 0
    private var histogram = Histogram<UInt64>(
        highestTrackableValue: longestNanoseconds, numberOfSignificantValueDigits: .three)
    private(set) var figures = Figures()

    /// A run over that many connections, at that many requests a second.
    init(connections: Int, rate: Double, plan: LoadPlan) throws(LoadError) {
        stage = try LoadStage(.full13, plan)
        wanted = connections
        spacing = 1e9 / rate
    }

    /// Opens the connections, asks for half a second without counting, waits at the gate, and then measures.
    func run(for duration: Duration) throws(LoadError) {
        for number in 0..<wanted {
            stage.connect(number, for: self)
        }
        try stage.turn { established < wanted && figures.failed == 0 }
        guard figures.failed == 0 else { throw .notServed("connecting failed: \(figures.lastFault)") }
        let interval = Int(min(1_000_000, max(50_000, spacing)))
        let timer = try PeriodicTimer(every: interval, on: stage.loop) { [unowned self] in sendDue() }
        defer { stage.loop.detach(timer) }
        try measure(.milliseconds(500))
        guard Gate.wait() else { return }
        try measure(duration)
        summarize()
    }

    private func measure(_ duration: Duration) throws(LoadError) {
        histogram.reset()
        figures = Figures()
        sent = 0
        began = .now
        due = Int(Double(duration.clampedNanoseconds) / spacing)
        let deadline = began + duration + LoadConnection.patience
        try stage.turn {
            figures.requests + figures.failed < due && !idleForEver && stage.loop.now < deadline
        }
        figures.failed += max(0, due - figures.requests - figures.failed)
        figures.seconds = Double((MonotonicTime.now - began).clampedNanoseconds) / 1e9
        due = 0
    }

    /// No connection is left.
    private var idleForEver: Bool { figures.failed >= wanted }

    /// Sends what is due by now.
    private func sendDue() {
        let now = MonotonicTime.now
        while sent < due {
            let moment = began.advanced(byNanoseconds: UInt64(Double(sent) * spacing))
            guard moment <= now else { return }
            sent += 1
            if let connection = idle.takeFirst() {
                connection.due = moment
                connection.request()
            } else if waiting.count < Self.waitingLimit {
                figures.waited += 1
                waiting.append(moment)
            } else {
                figures.failed += 1
            }
        }
    }

    private func summarize() {
        figures.rate = Double(figures.requests) / figures.seconds
        figures.p50 = Double(histogram.valueAtPercentile(50)) / 1000
        figures.p90 = Double(histogram.valueAtPercentile(90)) / 1000
        figures.p99 = Double(histogram.valueAtPercentile(99)) / 1000
        figures.p999 = Double(histogram.valueAtPercentile(99.9)) / 1000
        figures.largest = Double(histogram.maxRecorded) / 1000
    }

    // MARK: What becomes of connections

    func established(_ connection: LoadConnection) {
        established += 1
        idle.append(connection)
    }

    func answered(_ connection: LoadConnection) {
        let latency = MonotonicTime.now.nanoseconds(since: connection.due)
        figures.requests += 1
        histogram.record(min(latency, Self.longestNanoseconds))
        guard let moment = waiting.takeFirst() else { return idle.append(connection) }
        connection.due = moment
        connection.request()
    }

    func failed(_ connection: LoadConnection) {
        figures.failed += 1
        figures.lastFault = connection.fault
        idle.removeAll { $0 === connection }
    }
}
