import Platform
import Testing

@testable import Runtime

@Suite struct TransportWritingTests {
    private let loop: EventLoop

    init() throws {
        loop = try EventLoop()
    }

    /// Bytes whose order can be told: no period of a power of two.
    private static func pattern(_ count: Int) -> [UInt8] {
        (0..<count).map { UInt8(truncatingIfNeeded: $0 % 251) }
    }

    @Test func `a write leaves at once`() throws {
        var pair = try SocketPair()
        let transport = pair.transport(on: loop)
        transport.write([1, 2, 3])
        #expect(pair.receive() == [1, 2, 3])
        #expect(transport.sentBytes == 3)
        #expect(!transport.hasPendingOutput)
    }

    @Test func `an empty write sends nothing`() throws {
        var pair = try SocketPair(keepsMessages: true)
        let transport = pair.transport(on: loop)
        transport.write([])
        #expect(pair.receive() == nil)
    }

    @Test func `corked writes leave in one send`() throws {
        var pair = try SocketPair(keepsMessages: true)
        let transport = pair.transport(on: loop)
        transport.cork()
        transport.write([1, 2])
        transport.write([3])
        #expect(pair.receive() == nil)
        transport.uncork()
        #expect(pair.receive() == [1, 2, 3])
        #expect(pair.receive() == nil)
    }

    @Test func `uncorked writes leave each by itself`() throws {
        var pair = try SocketPair(keepsMessages: true)
        let transport = pair.transport(on: loop)
        transport.write([1])
        transport.write([2])
        #expect(pair.receive() == [1])
        #expect(pair.receive() == [2])
    }

    @Test func `uncorking with nothing gathered sends nothing`() throws {
        var pair = try SocketPair(keepsMessages: true)
        let transport = pair.transport(on: loop)
        transport.cork()
        transport.uncork()
        transport.uncork()
        #expect(pair.receive() == nil)
    }

    @Test func `two corked transports do not mix their bytes`() throws {
        var one = try SocketPair()
        var two = try SocketPair()
        let first = one.transport(on: loop)
        let second = two.transport(on: loop)
        first.cork()
        second.cork()
        first.write([1])
        second.write([101])
        first.write([2])
        second.write([102])
        first.uncork()
        second.uncork()
        #expect(one.receive() == [1, 2])
        #expect(two.receive() == [101, 102])
    }

    @Test func `closing while corked sends nothing, neither here nor elsewhere`() throws {
        var one = try SocketPair()
        var two = try SocketPair()
        let first = one.transport(on: loop)
        let second = two.transport(on: loop)
        first.cork()
        first.write([1, 2, 3])
        first.close()
        second.cork()
        second.write([9])
        second.uncork()
        first.write([4])
        first.uncork()
        #expect(one.receive() == [])
        #expect(two.receive() == [9])
    }

    @Test func `a transport that goes while corked leaves the scratch to others`() throws {
        var one = try SocketPair()
        var two = try SocketPair()
        do {
            let passing = one.transport(on: loop)
            passing.cork()
            passing.write([1, 2, 3])
        }
        let transport = two.transport(on: loop)
        transport.cork()
        transport.write([9])
        transport.uncork()
        #expect(one.receive() == [])
        #expect(two.receive() == [9])
    }

    @Test(arguments: [0, 1, 2, 1000])
    func `more than the scratch holds is gathered in order`(offset: Int) throws {
        var pair = try SocketPair()
        let transport = pair.transport(on: loop)
        let all = Self.pattern(LoopScratch.outputBytes * 2 + offset)
        transport.cork()
        transport.write(Array(all.prefix(offset)))
        transport.write(Array(all.dropFirst(offset).prefix(LoopScratch.outputBytes - 1)))
        transport.write(Array(all.dropFirst(offset + LoopScratch.outputBytes - 1)))
        transport.uncork()
        #expect(try collect(all.count, from: pair, transport, piece: 1 << 16) == all)
    }

    @Test func `what the kernel does not take waits and leaves when it is writable`() throws {
        var pair = try SocketPair()
        pair.shrink()
        let transport = pair.transport(on: loop)
        let all = Self.pattern(100_000)
        transport.write(all)
        #expect(transport.hasPendingOutput)
        #expect(UInt64(transport.pendingOutputBytes) + transport.sentBytes == 100_000)
        #expect(!transport.note(.readable))
        #expect(try collect(all.count, from: pair, transport, piece: 1 << 16) == all)
        #expect(!transport.hasPendingOutput)
        #expect(transport.sentBytes == 100_000)
    }

    @Test func `a write behind pending output keeps the order`() throws {
        var pair = try SocketPair()
        pair.shrink()
        let transport = pair.transport(on: loop)
        let all = Self.pattern(60_000)
        transport.write(Array(all[..<50_000]))
        #expect(transport.hasPendingOutput)
        transport.cork()
        transport.write(Array(all[50_000..<55_000]))
        transport.uncork()
        transport.write(Array(all[55_000...]))
        #expect(try collect(all.count, from: pair, transport, piece: 1 << 16) == all)
    }

    @Test func `a mebibyte reaches a slow reader whole`() throws {
        var pair = try SocketPair()
        pair.shrink()
        let transport = pair.transport(on: loop)
        let all = Self.pattern(1 << 20)
        transport.write(all)
        #expect(try collect(all.count, from: pair, transport, piece: 777) == all)
        #expect(transport.sentBytes == 1 << 20)
    }

    @Test func `a failure sticks and drops what is written`() throws {
        var pair = try SocketPair()
        let transport = pair.transport(on: loop)
        pair.closeFar()
        transport.write([1])
        let failure = try #require(transport.failure)
        #expect(failure.isConnectionLoss)
        transport.cork()
        transport.write([2])
        transport.uncork()
        #expect(transport.failure == failure)
        #expect(!transport.hasPendingOutput)
        #expect(!transport.flush())
        #expect(!transport.note(.writable))
        #expect(transport.sentBytes == 0)
    }

    @Test func `a failure with output pending drops the output`() throws {
        var pair = try SocketPair()
        pair.shrink()
        let transport = pair.transport(on: loop)
        transport.write(Self.pattern(100_000))
        #expect(transport.hasPendingOutput)
        pair.closeFar()
        #expect(!transport.note([.writable, .peerClosed]))
        #expect(transport.failure != nil)
        #expect(!transport.hasPendingOutput)
        #expect(transport.pendingOutputBytes == 0)
    }

    @Test func `ending our direction waits for pending output`() throws {
        var pair = try SocketPair()
        pair.shrink()
        let transport = pair.transport(on: loop)
        let all = Self.pattern(100_000)
        transport.write(all)
        transport.shutdownWriting()
        #expect(try collect(all.count, from: pair, transport, piece: 1 << 16) == all)
        #expect(pair.receive() == [])
    }

    @Test func `ending our direction sends what is gathered`() throws {
        var pair = try SocketPair()
        let transport = pair.transport(on: loop)
        transport.cork()
        transport.write([1, 2])
        transport.shutdownWriting()
        #expect(pair.receive() == [1, 2])
        #expect(pair.receive() == [])
        pair.send([3])
        #expect(transport.readBytes(10) == [3])
    }

    @Test func `closing gives the buffers back`() throws {
        var pair = try SocketPair()
        pair.shrink()
        let transport = pair.transport(on: loop)
        transport.write(Self.pattern(100_000))
        #expect(transport.hasPendingOutput)
        transport.close()
        transport.close()
        #expect(transport.descriptor == -1)
        #expect(!transport.hasPendingOutput)
        #expect(loop.buffers.keptBytes > 0)
    }

    /// Reads `count` bytes at the far end, `piece` at a time, while the loop sends what waits at the near one.
    private func collect(
        _ count: Int, from pair: borrowing SocketPair, _ transport: Transport, piece: Int
    ) throws -> [UInt8] {
        let handler = Recorder()
        try loop.attach(handler, descriptor: transport.descriptor)
        defer { loop.detach(handler) }
        handler.onReady = { [unowned handler] in transport.note(handler.readinesses.last ?? []) }
        var collected: [UInt8] = []
        collected.reserveCapacity(count)
        while collected.count < count {
            guard let bytes = pair.receive(piece) else {
                // Nothing under way: only the loop can send more, and if it can't, nobody ever will.
                let sent = transport.sentBytes
                try loop.runOnce(waiting: false)
                guard transport.sentBytes > sent else { return collected }
                continue
            }
            guard !bytes.isEmpty else { return collected }
            collected += bytes
            try loop.runOnce(waiting: false)
        }
        return collected
    }
}
