import Glibc
import Synchronization
import Testing

@testable import Platform

@Suite struct ServiceManagerTests {
    /// A datagram socket, as a service manager opens it; nil if the kernel refuses.
    private static func manager(_ path: String) -> Descriptor? {
        let number = socket(AF_UNIX, Int32(SOCK_DGRAM.rawValue | SOCK_NONBLOCK.rawValue), 0)
        guard number >= 0 else { return nil }
        let descriptor = Descriptor(adopting: number)
        let bound = unsafe SocketAddress.unix(path: path).withKernelForm { unsafe Glibc.bind(number, $0, $1) }
        guard bound == 0 else { return nil }
        return consume descriptor
    }

    private static func received(_ number: Int32) -> String? {
        var bytes = [UInt8](repeating: 0, count: 4096)
        let count = unsafe recv(number, &bytes, bytes.count, 0)
        return count < 0 ? nil : String(decoding: bytes.prefix(count), as: UTF8.self)
    }

    @Test func `the service manager hears how we are`() throws {
        let path = "/tmp/limpet-test-\(SecureRandom.word()).notify"
        defer { unsafe unlink(path) }
        guard let manager = Self.manager(path) else {
            Issue.record("no socket")
            return
        }
        let notifier = ServiceNotifier(path: path)
        notifier.ready(status: "serving")
        #expect(Self.received(manager.number) == "READY=1\nSTATUS=serving")
        notifier.reloading()
        #expect(Self.received(manager.number)?.hasPrefix("RELOADING=1\nMONOTONIC_USEC=") == true)
        notifier.stopping()
        #expect(Self.received(manager.number) == "STOPPING=1")
    }

    @Test(
        arguments: [
            ([:], nil), (["WATCHDOG_USEC": "3000000"], 1_500_000),
            (["WATCHDOG_USEC": "3000000", "WATCHDOG_PID": "\(getpid())"], 1_500_000),
            (["WATCHDOG_USEC": "3000000", "WATCHDOG_PID": "1"], nil),
            (["WATCHDOG_USEC": "18446744073709551615"], nil),
            (["WATCHDOG_USEC": "1"], nil), (["WATCHDOG_USEC": "-2"], nil), (["WATCHDOG_USEC": "soon"], nil),
        ] as [([String: String], Int64?)])
    func `its watchdog wants a sign twice within its patience`(
        variables: [String: String], microseconds: Int64?
    ) {
        let notifier = ServiceNotifier { variables[$0] }
        #expect(notifier.watchdogInterval == microseconds.map { .microseconds($0) })
    }

    @Test func `a service manager that does not read holds nobody up`() throws {
        let path = "/tmp/limpet-test-\(SecureRandom.word()).notify"
        defer { unsafe unlink(path) }
        guard let manager = Self.manager(path) else {
            Issue.record("no socket")
            return
        }
        let notifier = ServiceNotifier(path: path)
        // More than any queue has room for: the test would hang.
        for _ in 0..<10_000 { notifier.alive() }
        #expect(Self.received(manager.number) == "WATCHDOG=1")
    }

    @Test(arguments: [nil, "", "/nowhere/at/all", String(repeating: "p", count: 200)])
    func `no service manager is no trouble`(path: String?) {
        ServiceNotifier(path: path).ready(status: "serving")
    }

    private func listed(_ variables: [String: String]) -> [String] {
        InheritedSockets.listed { variables[$0] }.map { "\($0.number)=\($0.name)" }
    }

    @Test func `inherited sockets are numbered from three, with their names`() {
        let own = String(getpid())
        #expect(
            listed(["LISTEN_PID": own, "LISTEN_FDS": "2", "LISTEN_FDNAMES": "web:vpn"]) == ["3=web", "4=vpn"])
        #expect(
            listed(["LISTEN_PID": own, "LISTEN_FDS": "2", "LISTEN_FDNAMES": "web"]) == ["3=web", "4=unknown"])
        #expect(listed(["LISTEN_PID": own, "LISTEN_FDS": "1"]) == ["3=unknown"])
    }

    @Test(
        arguments: [
            [:], ["LISTEN_FDS": "1"], ["LISTEN_PID": "1", "LISTEN_FDS": "1"],
            ["LISTEN_PID": "x", "LISTEN_FDS": "1"],
            ["LISTEN_PID": "\(getpid())"], ["LISTEN_PID": "\(getpid())", "LISTEN_FDS": "0"],
            ["LISTEN_PID": "\(getpid())", "LISTEN_FDS": "-1"],
            ["LISTEN_PID": "\(getpid())", "LISTEN_FDS": "x"],
            ["LISTEN_PID": "\(getpid())", "LISTEN_FDS": "2147483647"],
        ])
    func `sockets that are not meant for us are not taken`(variables: [String: String]) {
        #expect(listed(variables) == [])
    }

    @Test func `a signal is read, not suffered`() throws {
        // In a thread of its own: the signals stay blocked there.
        let outcome = Outcome()
        let thread = try WorkerThread(name: "signals") {
            guard let source = try? SignalSource([.user1, .hangUp]) else { return }
            let before = source.next()
            pthread_kill(pthread_self(), SIGPIPE)
            pthread_kill(pthread_self(), SIGUSR1)
            outcome.set(before == nil && source.next() == .user1 && source.next() == nil)
        }
        thread.join()
        #expect(outcome.isGood)
    }
}

/// What a thread found.
private final class Outcome: Sendable {
    private let value = Atomic(false)
    var isGood: Bool { value.load(ordering: .acquiring) }

    func set(_ isGood: Bool) {
        value.store(isGood, ordering: .releasing)
    }
}
