internal import HTTP
internal import Platform

/// The wall clock of a loop, read at most every tenth of a second, and its text for the Date field.
struct WallClock {
    private static let resolution: UInt64 = 100_000_000

    private var readAt: MonotonicTime
    private var time = WallTime.now
    private var text: HTTPDate

    init(_ now: MonotonicTime) {
        readAt = now
        text = HTTPDate(seconds: time.seconds)
    }

    /// The time, given the monotonic one.
    mutating func read(at now: MonotonicTime) -> WallTime {
        if now.nanoseconds(since: readAt) > Self.resolution {
            readAt = now
            time = .now
            text.update(seconds: time.seconds)
        }
        return time
    }

    /// The date, given the monotonic time.
    mutating func date(at now: MonotonicTime) -> HTTPDate {
        _ = read(at: now)
        return text
    }
}
