internal import Platform

/// A truth that a test and its services share.
final class SharedFlag: Sendable {
    private let value = Lock(true)

    /// Whether it holds.
    var isSet: Bool {
        get { value.withLock { $0 } }
        set { value.withLock { $0 = newValue } }
    }
}
