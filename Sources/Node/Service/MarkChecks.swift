internal import Platform

/// Tells whether processes bear the mark of a service. Looking costs as much as their environments are large, and who asks
/// to be looked at may be hostile: so it is done so many times a second at most, and seldom twice for one process.
struct MarkChecks {
    /// A process, as long as the machine runs.
    private struct Name: Hashable {
        var process: Int32
        var startTime: UInt64
    }

    private static let interval = Duration.seconds(1)

    private var accepted: Name?
    private var refused: Name?
    private var count = 0
    private var since: MonotonicTime?

    /// Tells a process of the service from others.
    ///
    /// - Parameters:
    ///   - process: its identifier.
    ///   - startTime: when it began (`ProcessTable.startTime`); nil if it has ended.
    ///   - now: the moment of asking.
    ///   - look: looks at its environment.
    /// - Returns: whether it bears the mark; not if it has ended, or if that has been looked for too often just now.
    mutating func isMarked(
        _ process: Int32, startedAt startTime: UInt64?, at now: MonotonicTime, _ look: () -> Bool
    ) -> Bool {
        guard let startTime else { return false }
        let name = Name(process: process, startTime: startTime)
        if name == accepted { return true }
        if name == refused { return false }
        if since.map({ now - $0 >= Self.interval }) ?? true {
            since = now
            count = 0
        }
        guard count < NodeLimits.markChecksPerSecond else { return false }
        count += 1
        let isMarked = look()
        if isMarked { accepted = name } else { refused = name }
        return isMarked
    }
}
