public import Platform

/// The same moment on both clocks: what translates between the time that we count in and that which operators, files and
/// other machines know.
public struct ClockPair: Hashable, Sendable {
    /// On the clock that never goes back.
    public let monotonic: MonotonicTime
    /// On the wall clock, in milliseconds since 1970.
    public let milliseconds: UInt64

    /// Both for the same moment.
    public init(monotonic: MonotonicTime, milliseconds: UInt64) {
        self.monotonic = monotonic
        self.milliseconds = milliseconds
    }

    /// The present moment.
    public static var now: ClockPair {
        ClockPair(monotonic: .now, milliseconds: WallTime.nowMilliseconds)
    }

    /// A moment in milliseconds since 1970; saturates.
    public func milliseconds(at moment: MonotonicTime) -> UInt64 {
        let past = monotonic.nanoseconds(since: moment) / 1_000_000
        let ahead = moment.nanoseconds(since: monotonic) / 1_000_000
        let (sum, overflow) = milliseconds.addingReportingOverflow(ahead)
        return overflow ? .max - 1 : sum - min(sum, past)
    }

    /// A moment that was told in milliseconds since 1970, at most `horizon` ahead: the wall clock may have been set.
    public func moment(at told: UInt64, horizon: Duration) -> MonotonicTime {
        guard told < milliseconds else {
            let ahead = min(.milliseconds(Int64(clamping: told - milliseconds)), horizon)
            return monotonic + ahead
        }
        let (past, overflow) = (milliseconds - told).multipliedReportingOverflow(by: 1_000_000)
        return MonotonicTime(
            nanoseconds: overflow ? 0 : monotonic.nanoseconds - min(monotonic.nanoseconds, past))
    }
}

extension Duration {
    /// This duration in whole milliseconds, not negative.
    var clampedMilliseconds: UInt64 { clampedNanoseconds / 1_000_000 }
}
