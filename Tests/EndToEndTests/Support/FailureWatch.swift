internal import Testing
internal import Platform

/// Notices that the running test has failed, so that the logs of its gateways are worth showing.
final class FailureWatch: Sendable {
    @TaskLocal static var current: FailureWatch?

    private let hasFailed = Lock(false)
    private let logs = Lock<[String]>([])

    func noteFailure() {
        hasFailed.withLock { $0 = true }
    }

    /// Keeps what a gateway said, to be shown if the test fails before its end.
    func keep(_ log: String) {
        logs.withLock { $0.append(log) }
    }

    func show(for test: String) {
        guard hasFailed.withLock({ $0 }) else { return }
        for log in logs.withLock({ $0 }) { print("=== \(test)\n\(log)\n===") }
    }
}

/// Shows the logs of the gateways of a test that fails.
struct LogOnFailure: SuiteTrait, TestTrait, TestScoping {
    let isRecursive = true

    func provideScope(
        for test: Test, testCase: Test.Case?,
        performing function: @Sendable @concurrent () async throws -> Void
    ) async throws {
        let watch = FailureWatch()
        defer { watch.show(for: test.name) }
        let noticing = IssueHandlingTrait.compactMapIssues { issue in
            watch.noteFailure()
            return issue
        }
        try await noticing.provideScope(for: test, testCase: testCase) {
            try await FailureWatch.$current.withValue(watch) {
                do {
                    try await function()
                } catch {
                    watch.noteFailure()
                    throw error
                }
            }
        }
    }
}

extension Trait where Self == LogOnFailure {
    /// Shows the logs of the gateways of a test that fails.
    static var logOnFailure: LogOnFailure { LogOnFailure() }
}
