public import Platform

/// Why there is no node manager.
public enum NodeError: Error, Hashable, Sendable, CustomStringConvertible {
    /// The configuration has no service for this appliance.
    case nothingToDo
    /// Another one has the folder already.
    case runsAlready(directory: String)
    /// The folder, or a file in it, cannot be used.
    case directory(String, SystemError)
    /// The system refuses something that cannot be done without.
    case system(SystemError)
    /// Nobody listens at the socket of the folder.
    case notRunning(directory: String)

    /// A sentence for the operator.
    public var description: String {
        switch self {
        case .nothingToDo: "the configuration names no local service of this appliance"
        case .runsAlready(let directory): "another node manager uses \(directory)"
        case .directory(let directory, let error): "the node manager's folder \(directory): \(error)"
        case .system(let error): "\(error)"
        case .notRunning(let directory): "no node manager uses \(directory)"
        }
    }
}
