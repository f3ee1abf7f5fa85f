import Testing

/// One breach of a rule of the house: where it stands, what is wrong and what to do.
struct Finding: CustomStringConvertible {
    /// The file, from the root of the package.
    let path: String
    /// The line, from 1.
    let line: Int
    /// What is wrong, and what to do.
    let message: String

    var description: String { "\(path):\(line): \(message)" }

    /// Fails the test once for each finding.
    static func report(_ findings: [Finding]) {
        for finding in findings { Issue.record("\(finding)") }
    }
}
