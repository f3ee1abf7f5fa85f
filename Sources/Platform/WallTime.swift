internal import CLinux

/// A moment on the wall clock, in seconds: what travels between machines and over restarts.
@frozen
public struct WallTime: Hashable, Comparable, Sendable {
    /// Seconds since 1970-01-01 00:00:00 UTC.
    public var seconds: UInt64

    /// A moment from its seconds.
    @inlinable
    public init(seconds: UInt64) {
        self.seconds = seconds
    }

    /// The present moment (`CLOCK_REALTIME`).
    public static var now: WallTime {
        WallTime(seconds: nowMilliseconds / 1000)
    }

    /// The present moment in milliseconds since 1970, for log lines.
    public static var nowMilliseconds: UInt64 {
        var value = timespec()
        unsafe clock_gettime(CLOCK_REALTIME, &value)
        return UInt64(clamping: value.tv_sec) &* 1000 &+ UInt64(value.tv_nsec) / 1_000_000
    }

    /// Whether `left` is the earlier moment.
    @inlinable
    public static func < (left: WallTime, right: WallTime) -> Bool {
        left.seconds < right.seconds
    }

    /// Seconds from `earlier` to this moment; zero if `earlier` is later.
    @inlinable
    public func seconds(since earlier: WallTime) -> UInt64 {
        seconds > earlier.seconds ? seconds &- earlier.seconds : 0
    }
}
