/// Lets a thread wait until a test allows it to go on.
public final class Gate: Sendable {
    private let isOpen = Watched(false)

    /// A closed gate.
    public init() {}

    /// Lets all pass, now and later.
    public func open() {
        isOpen.change { $0 = true }
    }

    /// Waits until the gate is open; throws when it stays closed.
    public func wait(until deadline: Deadline = Deadline(in: .seconds(60))) throws {
        guard isOpen.wait(until: deadline, for: { $0 ? true : nil }) == true else {
            throw HarnessError.timeout(waitingFor: "a gate to open", seen: "")
        }
    }
}
