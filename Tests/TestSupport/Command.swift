internal import Glibc

/// A program that runs to its end, and what it wrote.
public struct Command: Sendable {
    /// How it ended.
    public let ending: ChildProcess.Ending
    /// Its standard output.
    public let output: String
    /// Its standard error.
    public let errors: String

    /// Runs the program at `path`, or one that the usual folders hold.
    public init(_ name: String, _ arguments: [String], until deadline: Deadline = Deadline()) throws {
        let output = try OutputCollector()
        let errors = try OutputCollector()
        let child = try ChildProcess(
            Self.find(name), arguments,
            descriptors: [nil, output.writer.descriptor, errors.writer.descriptor])
        output.writer.close()
        errors.writer.close()
        guard let ending = child.wait(until: deadline) else {
            throw HarnessError.timeout(waitingFor: "the end of \(name)", seen: errors.bytes.readable)
        }
        _ = output.waitForEnd(until: deadline)
        _ = errors.waitForEnd(until: deadline)
        self.ending = ending
        self.output = output.bytes.text
        self.errors = errors.bytes.text
    }

    /// Runs `limpet` with `arguments`.
    public static func limpet(_ arguments: String...) throws -> Command {
        try Command(GatewayBinary.path, arguments)
    }

    static func find(_ name: String) -> String {
        guard !name.hasPrefix("/") else { return name }
        let places = ["/usr/bin/", "/usr/local/bin/", "/bin/"].map { $0 + name }
        return places.first { unsafe access($0, X_OK) == 0 } ?? name
    }
}
