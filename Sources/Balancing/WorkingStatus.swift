/// How a platform service works, as the service monitor sees it.
public enum WorkingStatus: UInt8, CaseIterable, Hashable, Sendable {
    /// Not ready yet; also what has not been heard of.
    case starting
    /// Ready for communications.
    case running
    /// Failed, gone, or silent.
    case notRunning

    /// The word in logs and metrics.
    public var name: StaticString {
        switch self {
        case .starting: "starting"
        case .running: "running"
        case .notRunning: "notRunning"
        }
    }
}
