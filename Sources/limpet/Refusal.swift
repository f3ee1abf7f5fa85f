internal import ArgumentParser
internal import Platform

/// Turns what a step refuses into its sentences on standard error and exit code 1.
enum Refusal {
    static func turning<Result>(_ step: () throws -> Result) throws -> Result {
        do {
            return try step()
        } catch {
            throw of(error)
        }
    }

    /// Writes the sentence of `error` and gives the exit code to throw.
    static func of(_ error: any Error) -> ExitCode {
        StandardError.write("\(error)\n")
        return ExitCode(1)
    }
}
