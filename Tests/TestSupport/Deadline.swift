internal import Glibc

/// The moment at which a wait gives up. Every wait of the tests has one.
public struct Deadline: Sendable {
    private let instant: ContinuousClock.Instant

    /// How long a test waits for what should come at once. Long, because the machine may be busy; a test that
    /// passes never waits for it.
    public static let patience: Duration = .seconds(10)

    /// A deadline that lies `duration` ahead.
    public init(in duration: Duration = Deadline.patience) {
        instant = .now + duration
    }

    /// What is left, never negative.
    public var remaining: Duration {
        max(Duration.zero, ContinuousClock.now.duration(to: instant))
    }

    /// Whether it is over.
    public var isPast: Bool {
        remaining == .zero
    }

    /// What is left as poll(2) takes it, rounded up.
    var milliseconds: Int32 {
        let parts = remaining.components
        let value = parts.seconds * 1000 + (parts.attoseconds + 999_999_999_999_999) / 1_000_000_000_000_000
        return Int32(clamping: value)
    }

    /// Asks again and again, `interval` apart, until `condition` holds; false when the deadline came first.
    /// For the few things that cannot be waited for, such as the entries of /proc.
    public func poll(every interval: Duration = .milliseconds(10), until condition: () throws -> Bool)
        rethrows
        -> Bool
    {
        while true {
            if try condition() { return true }
            if isPast { return false }
            let pause = Deadline(in: min(interval, remaining)).milliseconds
            _ = Glibc.poll(nil, 0, pause)
        }
    }
}
