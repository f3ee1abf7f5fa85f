internal import Foundation

/// The programs of `Tests/Clients`, run by the Python that `scripts/install` has put into `Tests/.venv` together with
/// the libraries that they use.
public enum PythonProgram {
    private static let tests = URL(fileURLWithPath: #filePath)
        .deletingLastPathComponent().deletingLastPathComponent()

    /// Runs `name` to its end; it must exit with 0.
    public static func run(
        _ name: String, _ arguments: [String], until deadline: Deadline = Deadline(in: .seconds(60))
    ) throws -> Command {
        let command = try Command(interpreter, [path(of: name)] + arguments, until: deadline)
        guard command.ending == .exited(0) else {
            throw HarnessError.program(name, said: command.output + command.errors)
        }
        return command
    }

    /// Starts `name` and lets it run, with descriptors as `ChildProcess` takes them.
    public static func start(
        _ name: String, _ arguments: [String], descriptors: [Int32?] = [nil, nil, nil]
    ) throws -> ChildProcess {
        try ChildProcess(interpreter, [path(of: name)] + arguments, descriptors: descriptors)
    }

    private static var interpreter: String { tests.appendingPathComponent(".venv/bin/python").path }

    private static func path(of name: String) -> String {
        tests.appendingPathComponent("Clients/\(name)").path
    }
}
