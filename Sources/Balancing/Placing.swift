public import Platform

/// Where a request goes.
public enum Placing: Hashable, Sendable {
    /// To the instance at a position, which the pin names.
    case send(Placed)
    /// It waits until `until`, or the next change of status, and is then placed again: for the owner at this
    /// position, or, without one, for any instance to run.
    case hold(Int?, until: MonotonicTime)
    /// Nobody can take it: 503 with Retry-After. Its pin, if it has one, stays as it is.
    case unavailable
}
