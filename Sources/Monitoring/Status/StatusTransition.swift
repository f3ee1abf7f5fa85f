public import Balancing
public import Platform

/// One change of the working status of an instance.
public struct StatusTransition: Hashable, Sendable, CustomStringConvertible {
    /// What it was.
    public let from: WorkingStatus
    /// What it has become.
    public let to: WorkingStatus
    /// Why.
    public let cause: StatusCause
    /// When.
    public let at: MonotonicTime
    /// Which run of the instance this is, after the change.
    public let incarnation: UInt64

    /// One line for logs: `running -> notRunning (probe failed: status 503)`.
    public var description: String { "\(from.name) -> \(to.name) (\(cause))" }
}
