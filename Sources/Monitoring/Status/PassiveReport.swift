public import Affinity
public import TLS

/// What one worker has learned about one instance since its last report. Filled in by the worker, posted whole.
public struct PassiveReport: Hashable, Sendable {
    /// Which instance.
    public let instance: InstanceKey
    /// Connections that could not be made: refused, unreachable, timed out.
    public private(set) var connectFailures: UInt32 = 0
    /// What TLS says against the instance, or the instance against us; nil: nothing.
    public private(set) var verdict: TLSFailure?
    /// Fresh connections that broke before an answer.
    public private(set) var resets: UInt32 = 0
    /// Answers with a status of 500...599.
    public private(set) var serverErrors: UInt32 = 0
    /// Answers of any status.
    public private(set) var answers: UInt32 = 0
    /// Failures since the last answer, or since the last report if there was none.
    public private(set) var failuresInRow: UInt32 = 0

    /// A report of nothing.
    public init(instance: InstanceKey) {
        self.instance = instance
    }

    /// Whether there is nothing to report.
    public var isEmpty: Bool { answers == 0 && connectFailures == 0 && resets == 0 }

    /// A connection could not be made, because of the instance: not for want of descriptors, ports or memory of ours.
    public mutating func noteConnectFailure() {
        connectFailures &+= 1
        failuresInRow &+= 1
    }

    /// There is no TLS with the instance, and will be none the next time.
    public mutating func noteVerdict(_ failure: TLSFailure) {
        verdict = failure
        noteConnectFailure()
    }

    /// A fresh connection broke before an answer. One that was idle in a pool says nothing when it breaks.
    public mutating func noteReset() {
        resets &+= 1
        failuresInRow &+= 1
    }

    /// The head of an answer has come.
    public mutating func noteAnswer(status: Int) {
        answers &+= 1
        if status >= 500, status <= 599 { serverErrors &+= 1 }
        failuresInRow = 0
    }

    /// Begins anew, for the same instance.
    public mutating func clear() {
        self = PassiveReport(instance: instance)
    }
}
