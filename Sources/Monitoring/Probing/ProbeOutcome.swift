public import Platform

/// What a probe came to.
public enum ProbeOutcome: Hashable, Sendable {
    /// As expected, after that time.
    case succeeded(after: Duration)
    /// The instance did not do what was expected.
    case failed(ProbeFailure)
    /// We could not ask (no descriptor left, no memory): it says nothing about the instance.
    case notPerformed(SystemError)
}
