import Glibc
import Platform
import Synchronization
import Testing

@Suite struct SystemTests {
    @Test func `an error names the call and the kernel's sentence`() {
        #expect(SystemError("bind", number: EADDRINUSE).description == "bind: Address already in use")
    }

    @Test func `an unknown error number has a description`() {
        #expect(SystemError("bind", number: 99_999).description.hasPrefix("bind: "))
    }

    @Test func `errors are equal if call and number agree`() {
        #expect(SystemError("bind", number: 1) == SystemError("bind", number: 1))
        #expect(SystemError("bind", number: 1) != SystemError("bind", number: 2))
        #expect(SystemError("bind", number: 1) != SystemError("send", number: 1))
        #expect(Set([SystemError("bind", number: 1), SystemError("bind", number: 1)]).count == 1)
    }

    @Test func `errors of the peer are told from errors of ours`() {
        #expect(SystemError("send", number: EPIPE).isConnectionLoss)
        #expect(!SystemError("send", number: EBADF).isConnectionLoss)
        #expect(SystemError("accept4", number: EMFILE).isExhaustion)
        #expect(!SystemError("accept4", number: ECONNABORTED).isExhaustion)
    }

    @Test func `a descriptor closes with its owner`() throws {
        var ends: [Int32] = [-1, -1]
        #expect(unsafe pipe(&ends) == 0)
        let reading = Descriptor(adopting: ends[0])
        do {
            _ = Descriptor(adopting: ends[1])
        }
        var byte: UInt8 = 0
        #expect(unsafe read(reading.number, &byte, 1) == 0)
    }

    @Test func `a descriptor that is given away stays open`() throws {
        let number = Descriptor(adopting: dup(2)).release()
        #expect(fcntl(number, F_GETFD) >= 0)
        Descriptor.close(number)
    }

    @Test func `a bell is waited for, but not for ever`() throws {
        let bell = try Wakeup()
        let before = bell.wait(upTo: .milliseconds(10))
        bell.ring()
        let (first, second) = (bell.wait(upTo: .seconds(60)), bell.wait(upTo: .zero))
        bell.silence()
        let after = bell.wait(upTo: .zero)
        #expect([before, first, second, after] == [false, true, true, false])
    }

    @Test func `a bell that rang is heard until it is silenced`() throws {
        let poller = try Poller(capacity: 4)
        let bell = try Wakeup()
        try poller.addLevelTriggered(bell.number, tag: 5)
        #expect(try poller.wait(milliseconds: 0) == 0)
        bell.ring()
        bell.ring()
        #expect(try poller.wait(milliseconds: 0) == 1)
        #expect(poller.event(0).tag == 5)
        #expect(poller.event(0).readiness == .readable)
        bell.silence()
        #expect(try poller.wait(milliseconds: 0) == 0)
        bell.silence()
    }

    @Test func `a descriptor that is no longer watched is not heard`() throws {
        let poller = try Poller(capacity: 4)
        let bell = try Wakeup()
        bell.ring()
        try poller.add(bell.number, tag: .max)
        #expect(throws: SystemError.self) { try poller.add(bell.number, tag: 1) }
        poller.remove(bell.number)
        poller.remove(bell.number)
        #expect(try poller.wait(milliseconds: 0) == 0)
    }

    @Test func `a tag of 64 bits comes back whole`() throws {
        let poller = try Poller(capacity: 1)
        let bell = try Wakeup()
        try poller.add(bell.number, tag: 0xfedc_ba98_7654_3210)
        bell.ring()
        #expect(try poller.wait(milliseconds: 1000) == 1)
        #expect(poller.event(0).tag == 0xfedc_ba98_7654_3210)
    }

    @Test func `a thread runs its body, and joining twice waits once`() throws {
        let counter = Counter()
        let thread = try WorkerThread(name: "a name longer than fifteen bytes") { counter.increase() }
        thread.join()
        thread.join()
        #expect(counter.value == 1)
    }

    /// The name of the calling thread, as the kernel has it (proc(5)).
    private static func threadName() -> String? {
        let number = unsafe open("/proc/thread-self/comm", O_RDONLY)
        guard number >= 0 else { return nil }
        defer { close(number) }
        var bytes = [UInt8](repeating: 0, count: 64)
        let count = unsafe read(number, &bytes, 64)
        return String(decoding: bytes.prefix(max(0, count - 1)), as: UTF8.self)
    }

    @Test(arguments: ["worker", "twenty characters ...", "ääääääääää", ""])
    func `a thread bears its name, as far as the kernel keeps it`(name: String) throws {
        let shared = Names()
        let thread = try WorkerThread(name: name) {
            shared.add(Self.threadName() ?? "?")
        }
        thread.join()
        let borne = try #require(shared.all.first)
        #expect(borne.utf8.count <= 15)
        #expect(name.hasPrefix(borne) && (borne.utf8.count >= 14 || borne == name))
    }

    @Test func `random bytes fill all of the room and differ`() {
        #expect(SecureRandom.bytes(0) == [])
        let one = SecureRandom.bytes(64)
        #expect(one.count == 64)
        #expect(one != SecureRandom.bytes(64))
        #expect(one[32...] != ArraySlice(repeating: 0, count: 32))
        #expect(SecureRandom.word() != SecureRandom.word())
    }

    @Test(
        arguments: [
            ([1, 2, 3], [1, 2, 3], true), ([1, 2, 3], [1, 2, 4], false), ([1, 2, 3], [0, 2, 3], false),
            ([1, 2, 3], [1, 2], false), ([], [], true), ([], [0], false),
        ] as [([UInt8], [UInt8], Bool)])
    func `bytes are compared whole`(left: [UInt8], right: [UInt8], areEqual: Bool) {
        let result = constantTimeEqual(left.span, right.span)
        #expect(result == areEqual)
    }

    @Test func `there is a processor to run on`() {
        #expect(ProcessLimits.processorCount >= 1)
    }

    @Test func `the descriptor limit is raised to the hard limit`() {
        let raised = ProcessLimits.raiseDescriptorLimit()
        #expect(raised >= 256)
        #expect(ProcessLimits.raiseDescriptorLimit() == raised)
    }
}

/// A count that threads share.
private final class Counter: Sendable {
    private let count = Atomic(0)
    var value: Int { count.load(ordering: .acquiring) }

    func increase() {
        count.add(1, ordering: .acquiringAndReleasing)
    }
}

/// Names that threads leave.
private final class Names: Sendable {
    private let names = Lock<[String]>([])
    var all: [String] { names.withLock { $0 } }

    func add(_ name: String) {
        names.withLock { $0.append(name) }
    }
}
