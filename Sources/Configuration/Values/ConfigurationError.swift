/// Why there is no configuration.
public enum ConfigurationError: Error, Sendable, Equatable, CustomStringConvertible {
    /// The file could not be read; `reason` is the system's word for it.
    case unreadable(file: String, reason: String)
    /// The file was read and is wrong: what was found, in the order of the file, and how many more problems
    /// there were beyond ``ConfigurationBounds/problems``.
    case refused(problems: [ConfigurationProblem], omitted: Int)

    /// The problems, one a line, each as `file:line:column: message`.
    public var description: String {
        switch self {
        case .unreadable(let file, let reason):
            return "\(file): \(reason)"
        case .refused(let problems, let omitted):
            let lines = problems.map(\.description)
            let rest = omitted > 0 ? ["and \(omitted) more \(omitted == 1 ? "problem" : "problems")"] : []
            return (lines + rest).joined(separator: "\n")
        }
    }
}
