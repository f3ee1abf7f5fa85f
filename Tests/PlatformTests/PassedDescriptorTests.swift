import Glibc
import Synchronization
import Testing

@testable import Platform

/// Descriptors that others pass to us over UNIX sockets.
@Suite struct PassedDescriptorTests {
    private let path = "/tmp/limpet-test-\(SecureRandom.word()).sock"

    /// Sends a byte, and descriptors with it (SCM_RIGHTS of unix(7)), to a connected socket; the error number if that is
    /// refused, 0 if not.
    private static func pass(_ descriptors: [Int32], over number: Int32) -> Int32 {
        var byte = UInt8(ascii: "x")
        let length = 16 + 4 * descriptors.count
        var control = [UInt8](repeating: 0, count: (length + 7) / 8 * 8)
        return unsafe withUnsafeMutableBytes(of: &byte) { byte in
            unsafe control.withUnsafeMutableBytes { control in
                unsafe control.storeBytes(of: length, toByteOffset: 0, as: Int.self)
                unsafe control.storeBytes(of: SOL_SOCKET, toByteOffset: 8, as: Int32.self)
                unsafe control.storeBytes(of: 1, toByteOffset: 12, as: Int32.self)
                for (index, descriptor) in descriptors.enumerated() {
                    unsafe control.storeBytes(of: descriptor, toByteOffset: 16 + 4 * index, as: Int32.self)
                }
                var vector = unsafe iovec(iov_base: byte.baseAddress, iov_len: 1)
                return unsafe withUnsafeMutablePointer(to: &vector) { vector in
                    var header = unsafe msghdr()
                    unsafe header.msg_iov = vector
                    unsafe header.msg_iovlen = 1
                    unsafe header.msg_control = control.baseAddress
                    unsafe header.msg_controllen = control.count
                    return unsafe sendmsg(number, &header, Int32(MSG_NOSIGNAL)) < 0 ? errno : 0
                }
            }
        }
    }

    /// A socket that speaks to the datagram socket at `path`.
    private func speaker() throws -> Descriptor {
        let descriptor = Descriptor(adopting: socket(AF_UNIX, Int32(SOCK_DGRAM.rawValue), 0))
        let number = descriptor.number
        let result = unsafe SocketAddress.unix(path: path).withKernelForm { unsafe connect(number, $0, $1) }
        try #require(result == 0)
        return descriptor
    }

    /// Whether nobody has the writing end of a pipe any more.
    private static func isEnded(_ reading: Int32) -> Bool {
        guard Socket.waitReadable(reading, until: .now + .seconds(20)) else { return false }
        var byte: UInt8 = 0
        return unsafe read(reading, &byte, 1) == 0
    }

    @Test func `all that comes with a message is closed`() throws {
        defer { SocketFile.remove(path) }
        let receiver = try NotificationSocket(path: path)
        let speaker = try speaker()
        var ends: [Int32] = [0, 0]
        try #require(unsafe pipe(&ends) == 0)
        let reading = Descriptor(adopting: ends[0])
        // As many as a message can carry.
        #expect(Self.pass([Int32](repeating: ends[1], count: 253), over: speaker.number) == 0)
        Descriptor.close(ends[1])
        #expect(receiver.next(expecting: [getuid()])?.process == getpid())
        #expect(receiver.next(expecting: [getuid()]) == nil)
        #expect(Self.isEnded(reading.number))
    }

    @Test
    func `what takes long to close keeps a thread of its own, and beyond a bound nothing more is taken`()
        throws
    {
        let gate = Gate()
        let closer = try DescriptorCloser { number in gate.pass(number) }
        #expect(closer.hasRoom)
        closer.take([1, 2, 3] as ArraySlice)
        #expect(gate.waitForArrivals(1))
        #expect(closer.hasRoom)
        closer.take(ArraySlice(4...64))
        #expect(!closer.hasRoom)
        gate.open()
        #expect(gate.waitForArrivals(64))
        #expect(gate.numbers == (1...64).map(Int32.init))
    }

    @Test func `descriptors of a stranger that never close hold up no service's words, and none of its own`()
        throws
    {
        defer { SocketFile.remove(path) }
        let gate = Gate()
        defer { gate.open() }
        let closed = Lock<[Int32]>([])
        let receiver = try NotificationSocket(
            path: path, isForAll: true,
            closer: DescriptorCloser { number in
                Descriptor.close(number)
                closed.withLock { $0.append(number) }
            },
            strangersCloser: DescriptorCloser(limit: 600) { number in
                gate.pass(number)
                Descriptor.close(number)
            })
        let speaker = try speaker()
        // Two messages as full as can be.
        for _ in 0..<2 {
            #expect(Self.pass([Int32](repeating: 0, count: 253), over: speaker.number) == 0)
            #expect(receiver.next(expecting: []) != nil)
        }
        #expect(gate.waitForArrivals(1))
        let isReceptive = receiver.isReceptive
        #expect(isReceptive)
        var ends: [Int32] = [0, 0]
        try #require(unsafe pipe(&ends) == 0)
        let reading = Descriptor(adopting: ends[0])
        #expect(Self.pass([ends[1]], over: speaker.number) == 0)
        Descriptor.close(ends[1])
        #expect(receiver.next(expecting: [getuid()])?.text == "x")
        #expect(Self.isEnded(reading.number))
        #expect(gate.numbers.count == 1)
        // Beyond the strangers' bound nothing can be taken any more.
        #expect(Self.pass([Int32](repeating: 0, count: 253), over: speaker.number) == 0)
        #expect(receiver.next(expecting: []) != nil)
        let isStillReceptive = receiver.isReceptive
        #expect(!isStillReceptive)
    }

    @Test func `no peer passes descriptors over a stream`() throws {
        defer { SocketFile.remove(path) }
        let listener = try Socket.listen(on: .unix(path: path), backlog: 4, sharesPort: false)
        var value: Int32 = -1
        var length = socklen_t(MemoryLayout<Int32>.size)
        // SO_PASSRIGHTS: Linux 6.16 has it. Before, nothing can be said.
        guard unsafe getsockopt(listener.number, SOL_SOCKET, 83, &value, &length) == 0 else { return }
        let client = try Socket.connect(to: .unix(path: path))
        #expect(Self.pass([0], over: client.number) == EPERM)
        guard case .connection(let number, _) = Socket.accept(listener.number) else {
            Issue.record("no connection")
            return
        }
        let server = Descriptor(adopting: number)
        #expect(Self.pass([0], over: client.number) == EPERM)
        #expect(Self.pass([0], over: server.number) == EPERM)
    }
}

/// Holds up whoever passes until it is opened.
private final class Gate: Sendable {
    private let arrived = Lock<[Int32]>([])
    private let isOpen = Atomic(false)

    var numbers: [Int32] { arrived.withLock { $0 } }

    func pass(_ number: Int32) {
        arrived.withLock { $0.append(number) }
        let limit = MonotonicTime.now + .seconds(60)
        while !isOpen.load(ordering: .acquiring), MonotonicTime.now < limit { sched_yield() }
    }

    func open() { isOpen.store(true, ordering: .releasing) }

    func waitForArrivals(_ count: Int) -> Bool {
        let limit = MonotonicTime.now + .seconds(20)
        while numbers.count < count {
            guard MonotonicTime.now < limit else { return false }
            sched_yield()
        }
        return true
    }
}
