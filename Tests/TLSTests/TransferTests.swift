import Platform
import Runtime
import TLS
import Testing

@Suite struct TransferTests {
    @Test(arguments: TLSVersion.allCases)
    func `a mebibyte arrives whole, the kernel's buffers being smaller`(_ version: TLSVersion) throws {
        var settings = try Host.clientSettings()
        settings.maximumVersion = version
        let pair = try Pair(try Host.context(), client: settings)
        try pair.handshake()
        let bytes = (0..<1 << 20).map { UInt8(truncatingIfNeeded: $0 &* 31) }
        guard case .done = unsafe bytes.withUnsafeBytes({ unsafe pair.server.write($0) }) else {
            Issue.record("the write failed")
            return
        }
        #expect(pair.server.transport.hasPendingOutput)
        var received: [UInt8] = []
        while received.count < bytes.count {
            pair.wake()
            let count = received.count
            received += try pair.read(pair.client).get()
            try #require(received.count > count)
        }
        #expect(received == bytes)
        #expect(!pair.server.transport.hasPendingOutput)
    }

    @Test func `records are read in pieces of any size`() throws {
        let pair = try Pair(try Host.context())
        try pair.handshake()
        let bytes = (0..<50_000).map { UInt8(truncatingIfNeeded: $0) }
        _ = unsafe bytes.withUnsafeBytes { unsafe pair.client.write($0) }
        pair.wake()
        var received: [UInt8] = []
        var room = [UInt8](repeating: 0, count: 777)
        reading: while received.count < bytes.count {
            switch unsafe room.withUnsafeMutableBytes({ unsafe pair.server.read(into: $0) }) {
            case .bytes(let count): received += room[..<count]
            case .wantRead: pair.wake()
            default: break reading
            }
        }
        #expect(received == bytes)
    }

    @Test func `connections of one loop do not mix what is read ahead`() throws {
        // Both ends share a loop, and so the scratch: each reads while the other has bytes left.
        let pair = try Pair(try Host.context())
        try pair.handshake()
        let bytes = [UInt8](repeating: 7, count: 40_000)
        _ = unsafe bytes.withUnsafeBytes { unsafe pair.client.write($0) }
        _ = unsafe bytes.withUnsafeBytes { unsafe pair.server.write($0) }
        pair.wake()
        var room = [UInt8](repeating: 0, count: 16384)
        var counts = [0, 0]
        for _ in 0..<6 {
            for (index, connection) in [pair.server, pair.client].enumerated() {
                guard
                    case .bytes(let count) = unsafe room.withUnsafeMutableBytes({
                        unsafe connection.read(into: $0)
                    })
                else { continue }
                #expect(room[..<count].allSatisfy { $0 == 7 })
                counts[index] += count
            }
        }
        #expect(counts == [40_000, 40_000])
    }

    @Test(arguments: TLSVersion.allCases)
    func `close_notify ends one direction, and writing goes on`(_ version: TLSVersion) throws {
        var settings = try Host.clientSettings()
        settings.maximumVersion = version
        let pair = try Pair(try Host.context(), client: settings)
        try pair.handshake()
        pair.client.shutdown()
        pair.wake()
        guard case .closed = read(pair.server) else {
            Issue.record("no close_notify")
            return
        }
        #expect(try pair.send([9], from: pair.server, to: pair.client) == [9])
        pair.server.shutdown()
        pair.server.shutdown()
        pair.wake()
        guard case .closed = read(pair.client) else {
            Issue.record("no close_notify")
            return
        }
    }

    @Test func `an end without close_notify is told apart, and writing goes on`() throws {
        let pair = try Pair(try Host.context())
        try pair.handshake()
        pair.client.transport.shutdownWriting()
        pair.server.transport.note([.readable, .peerClosed])
        guard case .failed(let failure) = read(pair.server) else {
            Issue.record("no failure")
            return
        }
        #expect(failure.kind == .truncated)
        #expect(try pair.send([9], from: pair.server, to: pair.client) == [9])
    }

    @Test func `a lost transport fails reads and writes, and never stops the process`() throws {
        let pair = try Pair(try Host.context())
        try pair.handshake()
        pair.client.transport.close()
        pair.wake()
        var failures: [TLSFailure] = []
        for _ in 0..<3 {
            let bytes = [UInt8](repeating: 1, count: 100)
            if case .failed(let failure) = unsafe bytes.withUnsafeBytes({ unsafe pair.server.write($0) }) {
                failures.append(failure)
            }
        }
        #expect(failures.contains { $0.kind == .transport && $0.transportError?.isConnectionLoss == true })
        pair.server.shutdown()
    }

    @Test func `a ticket leaves with the next write, in one send with it`() throws {
        let keeper = Keeper()
        let pair = try Pair(try Host.context(), keeper)
        try pair.handshake()
        let sent = pair.server.transport.sentBytes
        #expect(pair.server.issueTicket())
        #expect(keeper.written == 0)
        #expect(pair.server.transport.sentBytes == sent)
        #expect(pair.client.takeSession() == nil)
        pair.server.transport.cork()
        _ = unsafe Array("response".utf8).withUnsafeBytes { unsafe pair.server.write($0) }
        #expect(keeper.written == 1)
        #expect(pair.server.transport.sentBytes == sent)
        pair.server.transport.uncork()
        pair.wake()
        #expect(try pair.read(pair.client).get() == Array("response".utf8))
        #expect(pair.client.takeSession() != nil)
        #expect(pair.client.takeSession() == nil)
    }

    @Test func `each ticket that is asked for is made, with the data of its moment`() throws {
        let keeper = Keeper()
        let context = try Host.context()
        let pair = try Pair(context, keeper)
        try pair.handshake()
        _ = try #require(try pair.exchange())
        keeper.lineage = Array("moved".utf8)
        let session = try #require(try pair.exchange())
        keeper.startOver()
        let second = try Pair(context, keeper, resuming: session)
        try second.handshake()
        #expect(keeper.judged == [Array("moved".utf8)])
    }

    @Test func `no ticket is made before the handshake is over, nor in TLS 1-2`() throws {
        let pair = try Pair(try Host.context())
        #expect(!pair.server.issueTicket())
        var settings = try Host.clientSettings()
        settings.maximumVersion = .tls12
        let older = try Pair(try Host.context(), client: settings)
        try older.handshake()
        #expect(!older.server.issueTicket())
        #expect(try older.send([1], from: older.server, to: older.client) == [1])
    }

    @Test func `a ticket that was asked for leaves before the close_notify`() throws {
        let pair = try Pair(try Host.context())
        try pair.handshake()
        #expect(pair.server.issueTicket())
        pair.server.shutdown()
        pair.wake()
        guard case .closed = read(pair.client) else {
            Issue.record("no close_notify")
            return
        }
        #expect(pair.client.takeSession() != nil)
    }

    @Test func `a shutdown before the handshake is over sends nothing`() throws {
        let pair = try Pair(try Host.context())
        pair.server.shutdown()
        #expect(pair.server.transport.sentBytes == 0)
    }

    private func read(_ connection: TLSConnection) -> ReadResult {
        var room = [UInt8](repeating: 0, count: 16384)
        return unsafe room.withUnsafeMutableBytes { unsafe connection.read(into: $0) }
    }
}
