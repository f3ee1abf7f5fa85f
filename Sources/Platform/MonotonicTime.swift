internal import CLinux

/// A moment on the monotonic clock, in nanoseconds. It never goes back and says nothing about the date.
@frozen
public struct MonotonicTime: Hashable, Comparable, Sendable {
    /// Nanoseconds since an arbitrary start (`CLOCK_MONOTONIC`, clock_gettime(2)).
    public var nanoseconds: UInt64

    /// A moment from its nanoseconds; for tests and for arithmetic.
    @inlinable
    public init(nanoseconds: UInt64) {
        self.nanoseconds = nanoseconds
    }

    /// The present moment.
    public static var now: MonotonicTime {
        var value = timespec()
        unsafe clock_gettime(CLOCK_MONOTONIC, &value)
        return MonotonicTime(nanoseconds: UInt64(value.tv_sec) &* 1_000_000_000 &+ UInt64(value.tv_nsec))
    }

    /// Whether `left` is the earlier moment.
    @inlinable
    public static func < (left: MonotonicTime, right: MonotonicTime) -> Bool {
        left.nanoseconds < right.nanoseconds
    }

    /// The moment `duration` later; a negative duration counts as zero, and the sum saturates.
    @inlinable
    public static func + (moment: MonotonicTime, duration: Duration) -> MonotonicTime {
        moment.advanced(byNanoseconds: duration.clampedNanoseconds)
    }

    /// How long after `earlier` this moment is; zero if it is not.
    @inlinable
    public static func - (later: MonotonicTime, earlier: MonotonicTime) -> Duration {
        .nanoseconds(Int64(clamping: later.nanoseconds(since: earlier)))
    }

    /// The moment that many nanoseconds later; saturates.
    @inlinable
    public func advanced(byNanoseconds count: UInt64) -> MonotonicTime {
        let (sum, overflow) = nanoseconds.addingReportingOverflow(count)
        return MonotonicTime(nanoseconds: overflow ? .max : sum)
    }

    /// Nanoseconds from `earlier` to this moment; zero if `earlier` is later.
    @inlinable
    public func nanoseconds(since earlier: MonotonicTime) -> UInt64 {
        nanoseconds > earlier.nanoseconds ? nanoseconds &- earlier.nanoseconds : 0
    }
}

extension Duration {
    /// This duration in whole nanoseconds, between zero and `UInt64.max`.
    @inlinable
    public var clampedNanoseconds: UInt64 {
        let (seconds, attoseconds) = components
        guard seconds >= 0, attoseconds >= 0 else { return 0 }
        let (product, overflow) = UInt64(seconds).multipliedReportingOverflow(by: 1_000_000_000)
        guard !overflow else { return .max }
        let (sum, carried) = product.addingReportingOverflow(UInt64(attoseconds) / 1_000_000_000)
        return carried ? .max : sum
    }
}
