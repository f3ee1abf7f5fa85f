import Glibc
import Platform
import Testing

@Suite struct SocketTests {
    /// Waits until `number` is ready in one of the given ways, for at most five seconds.
    private static func awaits(_ number: Int32, _ readiness: Readiness) throws -> Bool {
        let poller = try Poller(capacity: 1)
        try poller.add(number, tag: 9)
        let limit = MonotonicTime.now + .seconds(5)
        while MonotonicTime.now < limit {
            guard try poller.wait(milliseconds: 100) > 0 else { continue }
            let event = poller.event(0)
            #expect(event.tag == 9)
            if !event.readiness.isDisjoint(with: readiness) { return true }
        }
        return false
    }

    private static func connection(_ listener: Int32) throws -> (Int32, SocketAddress)? {
        #expect(try awaits(listener, .readable))
        guard case .connection(let number, let address) = Socket.accept(listener) else { return nil }
        return (number, address)
    }

    private static func receive(_ number: Int32) -> [UInt8]? {
        var bytes = [UInt8](repeating: 0, count: 64)
        guard
            case .bytes(let count) = unsafe bytes.withUnsafeMutableBytes({
                unsafe Socket.receive(number, into: $0)
            })
        else { return nil }
        return Array(bytes.prefix(count))
    }

    private static func send(_ bytes: [UInt8], _ number: Int32) -> Socket.Transfer {
        unsafe bytes.withUnsafeBytes { unsafe Socket.send(number, $0) }
    }

    @Test(arguments: ["127.0.0.1:0", "[::1]:0"])
    func `a connection over the loopback carries bytes both ways`(text: String) throws {
        let listener = try Socket.listen(on: try #require(SocketAddress(text)), backlog: 8, sharesPort: false)
        let address = try #require(Socket.localAddress(listener.number))
        #expect(address.port != 0)
        let client = try Socket.connect(to: address)
        let (number, source) = try #require(try Self.connection(listener.number))
        let server = Descriptor(adopting: number)
        #expect(source == Socket.localAddress(client.number))
        #expect(Socket.pendingError(client.number) == nil)
        _ = Self.send([1, 2], client.number)
        #expect(try Self.awaits(server.number, .readable))
        #expect(Self.receive(server.number) == [1, 2])
        _ = Self.send([3], server.number)
        #expect(try Self.awaits(client.number, .readable))
        #expect(Self.receive(client.number) == [3])
    }

    @Test func `a connection over a path carries bytes`() throws {
        let path = "/tmp/limpet-test-\(SecureRandom.word()).sock"
        defer { unsafe unlink(path) }
        let address = SocketAddress.unix(path: path)
        let listener = try Socket.listen(on: address, backlog: 8, sharesPort: false)
        #expect(Socket.localAddress(listener.number) == address)
        let client = try Socket.connect(to: address)
        let (number, source) = try #require(try Self.connection(listener.number))
        let server = Descriptor(adopting: number)
        #expect(source == .unix(path: ""))
        _ = Self.send([7], client.number)
        #expect(Self.receive(server.number) == [7])
    }

    @Test func `the longest path can be listened on`() throws {
        let stem = "/tmp/limpet-test-\(SecureRandom.word())-"
        let path = stem + String(repeating: "p", count: SocketAddress.maximumPathBytes - stem.utf8.count)
        defer { unsafe unlink(path) }
        let listener = try Socket.listen(on: .unix(path: path), backlog: 1, sharesPort: false)
        #expect(Socket.localAddress(listener.number) == .unix(path: path))
        #expect(unsafe access(path, F_OK) == 0)
    }

    @Test func `a listener without a connection would block`() throws {
        let listener = try Socket.listen(
            on: .ip(IPAddress(v4: 0x7f00_0001), port: 0), backlog: 8, sharesPort: false)
        guard case .wouldBlock = Socket.accept(listener.number) else {
            Issue.record("accepted what nobody sent")
            return
        }
    }

    @Test func `a port in use is refused, and shared if both sides say so`() throws {
        let any = SocketAddress.ip(IPAddress(v4: 0x7f00_0001), port: 0)
        let first = try Socket.listen(on: any, backlog: 8, sharesPort: true)
        let address = try #require(Socket.localAddress(first.number))
        let second = try Socket.listen(on: address, backlog: 8, sharesPort: true)
        #expect(Socket.localAddress(second.number) == address)
        let refusal = #expect(throws: SystemError.self) {
            _ = try Socket.listen(on: address, backlog: 8, sharesPort: false)
        }
        #expect(refusal?.number == EADDRINUSE)
    }

    @Test func `a connection that is refused says so`() throws {
        // The port was free a moment ago, and the listener that held it is gone.
        let address: SocketAddress
        do {
            let listener = try Socket.listen(
                on: .ip(IPAddress(v4: 0x7f00_0001), port: 0), backlog: 1, sharesPort: false)
            address = try #require(Socket.localAddress(listener.number))
        }
        do {
            let client = try Socket.connect(to: address)
            #expect(try Self.awaits(client.number, .broken))
            #expect(Socket.pendingError(client.number)?.isConnectionLoss == true)
        } catch let error as SystemError {
            #expect(error.isConnectionLoss)
        }
    }

    @Test func `the peer's end is an end, and sending to nobody a failure without a signal`() throws {
        let listener = try Socket.listen(
            on: .ip(IPAddress(v4: 0x7f00_0001), port: 0), backlog: 8, sharesPort: false)
        let client = try Socket.connect(to: try #require(Socket.localAddress(listener.number)))
        let (number, _) = try #require(try Self.connection(listener.number))
        Socket.shutdownWriting(number)
        #expect(try Self.awaits(client.number, .peerClosed))
        var room = [UInt8](repeating: 0, count: 8)
        guard
            case .end = unsafe room.withUnsafeMutableBytes({ unsafe Socket.receive(client.number, into: $0) })
        else {
            Issue.record("no end")
            return
        }
        Socket.resetOnClose(number)
        Descriptor.close(number)
        #expect(try Self.awaits(client.number, .broken))
        _ = Socket.pendingError(client.number)
        guard case .failed(let error) = Self.send([1], client.number) else {
            Issue.record("sent to nobody")
            return
        }
        #expect(error.isConnectionLoss)
    }

    @Test func `only a listening socket is adopted`() throws {
        let listener = try Socket.listen(
            on: .ip(IPAddress(v4: 0x7f00_0001), port: 0), backlog: 8, sharesPort: false)
        #expect(Socket.adoptListener(listener.number))
        let client = try Socket.connect(to: try #require(Socket.localAddress(listener.number)))
        #expect(!Socket.adoptListener(client.number))
        let wakeup = try Wakeup()
        #expect(!Socket.adoptListener(wakeup.number))
        #expect(!Socket.adoptListener(-1))
    }

    @Test func `calls on no descriptor fail and do not trap`() {
        guard case .failed = Self.send([1], -1), case .failed = Socket.accept(-1) else {
            Issue.record("there is no such descriptor")
            return
        }
        #expect(Self.receive(-1) == nil)
        #expect(Socket.localAddress(-1) == nil)
        #expect(Socket.pendingError(-1) != nil)
        Socket.setNoDelay(-1)
        Socket.shutdownWriting(-1)
        Socket.resetOnClose(-1)
    }

    @Test(arguments: ["192.0.2.77", "2001:db8::77"])
    func `a listener may wait for its address`(text: String) throws {
        let ip = try #require(IPAddress(text))
        let address = SocketAddress.ip(ip, port: 0)
        try #require(!Socket.isLocal(ip), "a machine with an address for documentation")
        #expect(throws: SystemError.self) {
            _ = try Socket.listen(on: address, backlog: 1, sharesPort: false).number
        }
        let listener = try Socket.listen(on: address, backlog: 1, sharesPort: false, awaitsAddress: true)
        #expect(Socket.localAddress(listener.number)?.ip == ip)
    }

    @Test func `the loopback is an address of this machine`() throws {
        #expect(Socket.isLocal(try #require(IPAddress("127.0.0.1"))))
        #expect(Socket.isLocal(try #require(IPAddress("127.9.9.9"))))
    }
}
