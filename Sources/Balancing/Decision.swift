public import Affinity
public import Platform

/// What becomes of a request, by the status of its owner: a row of the table of pins and statuses.
public enum Decision: Hashable, Sendable {
    /// To the owner that the pin names, which stands at this position.
    case send(Int)
    /// The policy chooses an eligible instance, for this reason; there is one.
    case choose(Reason)
    /// Wait until `until`, or the next change of status: for the owner at this position, or, without one,
    /// for any instance to run.
    case hold(Int?, until: MonotonicTime)
    /// Nobody can take it, now or soon. The pin, if there is one, stays as it is.
    case unavailable
}
