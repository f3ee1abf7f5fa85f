import Configuration
import Platform
import StatusFrames

@testable import Node

/// A moment that many seconds after the beginning of a test.
func second(_ count: Double) -> MonotonicTime {
    MonotonicTime(nanoseconds: 1_000_000_000_000 + UInt64((count * 1000).rounded()) * 1_000_000)
}

/// A service machine with its clock; what `#expect` takes apart it takes as constant.
@dynamicMemberLookup
final class Life {
    var now = second(0)
    private var machine: ServiceMachine

    init(incarnation: UInt64 = 0, _ change: (inout LocalServiceConfiguration) -> Void = { _ in }) {
        var configuration = LocalServiceConfiguration()
        change(&configuration)
        machine = ServiceMachine(
            identity: "portal-1@a", settings: ServiceSettings(configuration), incarnation: incarnation,
            now: second(0))
    }

    /// One that is wanted, needs nothing, and runs as process 100.
    static func started(_ change: (inout LocalServiceConfiguration) -> Void = { _ in }) -> Life {
        let life = Life(change)
        life.tell { $0.needsAreReady(true, at: $1) }
        life.tell { $0.want(at: $1) }
        life.tell { $0.started(100, at: $1) }
        return life
    }

    subscript<Value>(dynamicMember path: KeyPath<ServiceMachine, Value>) -> Value { machine[keyPath: path] }

    @discardableResult
    func tell(_ event: (inout ServiceMachine, MonotonicTime) -> [ServiceAction]) -> [ServiceAction] {
        event(&machine, now)
    }

    @discardableResult
    func hear(_ text: String) -> [ServiceAction] {
        machine.heard(ServiceWord(text), at: now)
    }
}
