import Configuration
import Platform
import Runtime
import Testing

@testable import Interfaces

/// With the kernel of this machine, which shows its links to everybody.
@Suite struct InterfaceMonitorTests {
    /// Collects what a monitor says.
    private final class Record {
        var snapshots: [InterfaceSnapshot] = []
        var changes: [[InterfaceChange]] = []
        var reports: [String] = []
    }

    private func run(_ loop: EventLoop, until condition: () -> Bool) throws {
        let deadline = MonotonicTime.now + .seconds(10)
        while !condition() {
            try #require(MonotonicTime.now < deadline)
            try loop.runOnce(waiting: true)
        }
    }

    private func monitor(
        _ loop: EventLoop, _ record: Record, _ change: (inout InterfaceConfiguration) -> Void
    )
        -> InterfaceMonitor
    {
        var configuration = InterfaceConfiguration()
        configuration.debounce = .milliseconds(1)
        change(&configuration)
        return InterfaceMonitor(
            InterfaceSettings(configuration, listeners: []), loop: loop,
            report: { record.reports.append($0) },
            publish: {
                record.snapshots.append($0)
                record.changes.append($1)
            })
    }

    @Test func `the kernel tells of the loopback and its address`() throws {
        let (loop, record) = (try EventLoop(), Record())
        let monitor = monitor(loop, record) { _ in }
        try run(loop) { !record.snapshots.isEmpty }
        let first = try #require(record.snapshots.first)
        let loopback = first.links.first { $0.isLoopback }
        let link = try #require(loopback)
        #expect(first.number == 1 && monitor.snapshot.number == 1)
        #expect(link.name == "lo")
        if link.isUsable {
            let address = try ip("127.0.0.1")
            #expect(first.addresses.contains { $0.link == link.index && $0.address == address })
        }
        #expect(record.changes.first == [])
        #expect(record.reports.isEmpty)
        monitor.stop()
        #expect(loop.handlerCount == 0)
    }

    @Test func `other settings and other evidence are judged anew`() throws {
        let (loop, record) = (try EventLoop(), Record())
        let monitor = monitor(loop, record) { $0.client = ["no-such-link"] }
        try run(loop) { !record.snapshots.isEmpty }
        #expect(record.changes.first?.map(\.description) == ["client side lost: no-such-link is not there"])
        var configuration = InterfaceConfiguration()
        configuration.debounce = .milliseconds(1)
        monitor.apply(InterfaceSettings(configuration, listeners: []))
        try run(loop) { record.snapshots.count == 2 }
        #expect(record.changes.last?.map(\.description) == ["client side unwatched"])
        var evidence = SideEvidence()
        evidence.note(try ip("203.0.113.1"), isSilent: true)
        monitor.note(evidence, of: .service)
        try run(loop) { record.snapshots.count == 3 }
        #expect(monitor.snapshot.side(.service).state == .lost)
        #expect(monitor.snapshot.number == 3)
        monitor.stop()
    }
}
