internal import Platform

/// INT and TERM, heard wherever the demonstration waits.
final class Interruption {
    private let source: SignalSource

    /// Blocks the signals: made before any thread.
    init() throws(DemonstrationError) {
        do {
            source = try SignalSource([.interrupt, .terminate])
        } catch {
            throw .system(what: "signals", error)
        }
    }

    /// Waits until `deadline`; throws as soon as somebody wants an end.
    func wait(until deadline: MonotonicTime) throws(DemonstrationError) {
        if Socket.waitReadable(source.number, until: deadline), source.next() != nil { throw .interrupted }
    }

    /// Asks until `condition` holds, a twentieth of a second apart; throws if it does not within `patience`.
    func wait(
        for what: String, within patience: Duration, until condition: () throws(DemonstrationError) -> Bool
    ) throws(DemonstrationError) {
        let deadline = MonotonicTime.now + patience
        while try !condition() {
            guard MonotonicTime.now < deadline else { throw .timeout(what: what) }
            try wait(until: .now + .milliseconds(50))
        }
    }
}
