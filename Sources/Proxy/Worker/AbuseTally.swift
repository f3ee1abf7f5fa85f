internal import Administration
internal import HTTP2
internal import Synchronization

/// For what clients were sent away since the start. All workers count here, without a lock, and only as a client goes; who
/// asks may find one kind counted a moment before another.
final class AbuseTally: Sendable {
    private let calmed: InlineArray<9, Atomic<UInt64>>
    private let slowReaders = Atomic<UInt64>(0)

    init() {
        calmed = InlineArray { _ in Atomic(0) }
    }

    /// A connection of HTTP/2 has ended because its client was told to calm down.
    func note(_ abuse: Abuse) {
        calmed[Int(abuse.rawValue)].wrappingAdd(1, ordering: .relaxed)
    }

    /// A stream, a connection of HTTP/1.1 or a tunnel has ended because its client took nothing of what waited for it.
    func noteSlowReader() {
        slowReaders.wrappingAdd(1, ordering: .relaxed)
    }

    /// All kinds, each with its count.
    var reports: [AbuseReport] {
        var reports: [AbuseReport] = []
        for abuse in Abuse.allCases {
            let count = calmed[Int(abuse.rawValue)].load(ordering: .relaxed)
            reports.append(AbuseReport(kind: abuse.word, count: count))
        }
        reports.append(AbuseReport(kind: "slow-readers", count: slowReaders.load(ordering: .relaxed)))
        return reports
    }
}

extension Abuse {
    /// What the configuration calls the budget for it, or would.
    fileprivate var word: String {
        switch self {
        case .reset: "resets"
        case .provokedReset: "provoked-resets"
        case .settings: "settings"
        case .ping: "pings"
        case .priority: "priorities"
        case .strayFrame: "stray-frames"
        case .emptyFrame: "empty-frames"
        case .windowUpdate: "window-updates"
        case .flood: "floods"
        }
    }
}
