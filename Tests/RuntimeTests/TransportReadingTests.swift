import Platform
import Testing

@testable import Runtime

@Suite struct TransportReadingTests {
    private let loop: EventLoop

    init() throws {
        loop = try EventLoop()
    }

    @Test func `what the peer sent is read in pieces from one receive`() throws {
        var pair = try SocketPair()
        let transport = pair.transport(on: loop)
        pair.send(Array(1...10))
        #expect(transport.readBytes(4) == [1, 2, 3, 4])
        #expect(transport.receivedBytes == 10)
        #expect(transport.hasBufferedInput)
        #expect(transport.readBytes(100) == Array(5...10))
        #expect(!transport.hasBufferedInput)
    }

    @Test func `a short read ends reading until the next edge`() throws {
        var pair = try SocketPair()
        let transport = pair.transport(on: loop)
        pair.send([1, 2])
        #expect(transport.readBytes(100) == [1, 2])
        pair.send([3])
        #expect(transport.readBytes(100) == nil)
        transport.note(.readable)
        #expect(transport.readBytes(100) == [3])
    }

    @Test func `a short straight read ends reading until the next edge`() throws {
        var pair = try SocketPair()
        let transport = pair.transport(on: loop)
        pair.send([1, 2])
        #expect(transport.receiveBytes(100) == [1, 2])
        pair.send([3])
        #expect(transport.receiveBytes(100) == nil)
        transport.note(.readable)
        #expect(transport.receiveBytes(100) == [3])
    }

    @Test func `an edge for writing alone does not wake reading`() throws {
        var pair = try SocketPair()
        let transport = pair.transport(on: loop)
        #expect(transport.readBytes(100) == nil)
        pair.send([1])
        transport.note(.writable)
        #expect(transport.readBytes(100) == nil)
    }

    @Test func `a full read goes on without an edge`() throws {
        var pair = try SocketPair()
        let transport = pair.transport(on: loop)
        pair.send([1, 2, 3, 4])
        #expect(transport.receiveBytes(2) == [1, 2])
        #expect(transport.receiveBytes(2) == [3, 4])
        #expect(transport.receiveBytes(2) == nil)
    }

    @Test func `the end comes after the data`() throws {
        var pair = try SocketPair()
        let transport = pair.transport(on: loop)
        pair.send([1, 2])
        pair.endFar()
        transport.note([.readable, .peerClosed])
        #expect(transport.readBytes(100) == [1, 2])
        #expect(transport.readsEnd())
        #expect(transport.readsEnd())
    }

    @Test func `an end that comes after a short read is read with its edge`() throws {
        var pair = try SocketPair()
        let transport = pair.transport(on: loop)
        pair.send([1, 2])
        #expect(transport.readBytes(100) == [1, 2])
        pair.endFar()
        #expect(!transport.readsEnd())
        transport.note(.peerClosed)
        #expect(transport.readsEnd())
    }

    @Test func `reading into no room takes nothing and is no end`() throws {
        var pair = try SocketPair()
        let transport = pair.transport(on: loop)
        pair.send([1])
        #expect(transport.readBytes(0) == nil)
        #expect(transport.receiveBytes(0) == nil)
        #expect(transport.readBytes(9) == [1])
    }

    @Test func `what was read ahead survives another transport's reading`() throws {
        var one = try SocketPair()
        var two = try SocketPair()
        let first = one.transport(on: loop)
        let second = two.transport(on: loop)
        one.send(Array(1...10))
        two.send(Array(101...110))
        #expect(first.readBytes(3) == [1, 2, 3])
        #expect(second.readBytes(3) == [101, 102, 103])
        #expect(first.hasBufferedInput)
        #expect(first.readBytes(3) == [4, 5, 6])
        #expect(second.readBytes(100) == Array(104...110))
        #expect(first.readBytes(100) == Array(7...10))
        #expect(!first.hasBufferedInput)
    }

    @Test func `spilled bytes come before newer ones`() throws {
        var one = try SocketPair()
        var two = try SocketPair()
        let first = one.transport(on: loop)
        let second = two.transport(on: loop)
        one.send([1, 2, 3])
        two.send([9])
        #expect(first.readBytes(1) == [1])
        #expect(second.readBytes(1) == [9])
        one.send([4, 5])
        first.note(.readable)
        #expect(first.readBytes(100) == [2, 3])
        #expect(first.readBytes(100) == [4, 5])
    }

    @Test func `a straight read hands out first what was read ahead`() throws {
        var pair = try SocketPair()
        let transport = pair.transport(on: loop)
        pair.send([1, 2, 3])
        #expect(transport.readBytes(1) == [1])
        pair.send([4])
        transport.note(.readable)
        #expect(transport.receiveBytes(100) == [2, 3])
        #expect(transport.receiveBytes(100) == [4])
    }

    @Test func `bytes that are put back are read first`() throws {
        var pair = try SocketPair()
        let transport = pair.transport(on: loop)
        pair.send([1, 2, 3, 4, 5])
        #expect(transport.readBytes(3) == [1, 2, 3])
        transport.putBack([2, 3])
        transport.putBack([7])
        #expect(transport.readBytes(100) == [7, 2, 3, 4, 5])
        #expect(!transport.hasBufferedInput)
    }

    @Test func `putting back nothing leaves nothing to read`() throws {
        var pair = try SocketPair()
        let transport = pair.transport(on: loop)
        transport.putBack([])
        #expect(!transport.hasBufferedInput)
        #expect(transport.readBytes(100) == nil)
        #expect(!transport.mayHaveInput)
        pair.send([1])
        transport.note(.readable)
        #expect(transport.mayHaveInput)
    }

    @Test func `a closed transport reads an end and keeps no bytes for the next`() throws {
        var one = try SocketPair()
        var two = try SocketPair()
        let first = one.transport(on: loop)
        let second = two.transport(on: loop)
        one.send([1, 2, 3])
        #expect(first.readBytes(1) == [1])
        first.close()
        #expect(!first.hasBufferedInput)
        #expect(first.readsEnd())
        #expect(second.readBytes(100) == nil)
    }

    @Test func `a transport that nobody holds closes its socket`() throws {
        var pair = try SocketPair()
        do {
            let transport = pair.transport(on: loop)
            pair.send([1, 2])
            #expect(transport.readBytes(1) == [1])
        }
        #expect(pair.receive() == [])
        #expect(loop.scratch.inputStart <= loop.scratch.inputEnd)
    }
}
