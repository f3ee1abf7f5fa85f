import Glibc
import Platform
import Runtime
import TLS
import Testing

/// A server whose client is a bare socket.
private final class BareClient {
    let server: TLSConnection
    private let socket: Int32
    private let loop: EventLoop

    init(_ context: ServerContext, _ keeper: Keeper? = nil) throws {
        loop = try EventLoop()
        let ends = try Pair.sockets()
        socket = ends.1
        server = try TLSConnection(
            server: context, transport: Transport(adopting: Descriptor(adopting: ends.0), loop: loop),
            delegate: keeper)
    }

    deinit {
        server.transport.close()
        close(socket)
    }

    /// Sends bytes and lets the server go on.
    func send(_ bytes: some Collection<UInt8>) -> HandshakeResult {
        let bytes = Array(bytes)
        _ = unsafe Glibc.send(socket, bytes, bytes.count, Int32(MSG_NOSIGNAL))
        server.transport.note([.readable, .writable])
        return server.handshake()
    }

    /// Ends the client's direction.
    func end() -> HandshakeResult {
        shutdown(socket, Int32(SHUT_WR))
        server.transport.note([.readable, .peerClosed])
        return server.handshake()
    }

    /// What has come from the server.
    func receive() -> [UInt8] {
        var bytes = [UInt8](repeating: 0, count: 65536)
        let count = unsafe recv(socket, &bytes, bytes.count, 0)
        return Array(bytes.prefix(max(count, 0)))
    }
}

@Suite struct MalformedInputTests {
    /// The first flight of a client.
    private func hello(_ settings: ClientSettings, resuming session: [UInt8]? = nil) throws -> [UInt8] {
        let loop = try EventLoop()
        let ends = try Pair.sockets()
        defer { close(ends.1) }
        let client = try ClientContext(settings).connect(
            over: Transport(adopting: Descriptor(adopting: ends.0), loop: loop), serverName: "one.test",
            resuming: session)
        _ = client.handshake()
        defer { client.transport.close() }
        var bytes = [UInt8](repeating: 0, count: 65536)
        let count = unsafe recv(ends.1, &bytes, bytes.count, 0)
        return Array(bytes.prefix(count))
    }

    @Test(arguments: [
        ("GET / HTTP/1.1\r\nHost: a\r\n\r\n", TLSFailure.Kind.notTLS),
        ("CONNECT a:1 HTTP/1.1\r\n\r\n", .notTLS),
        ("SSH-2.0-OpenSSH_9.2\r\n", .notTLS), ("\0\0\0\0\0\0\0\0\0\0\0\0", .notTLS),
    ])
    func `what is no TLS is told apart`(_ text: String, _ kind: TLSFailure.Kind) throws {
        let client = try BareClient(try Host.context())
        guard case .failed(let failure) = client.send(text.utf8) else {
            Issue.record("not refused")
            return
        }
        #expect(failure.kind == kind, "\(failure)")
        #expect(!failure.description.isEmpty)
    }

    @Test func `a hello that is cut anywhere waits, and fails at the end`() throws {
        let bytes = try hello(Host.clientSettings())
        let context = try Host.context()
        for count in stride(from: 0, to: bytes.count, by: 7) {
            let client = try BareClient(context)
            guard case .wantRead = client.send(bytes[..<count]), case .failed(let failure) = client.end()
            else {
                Issue.record("cut at \(count)")
                continue
            }
            #expect(failure.kind == .truncated)
        }
    }

    @Test func `a hello that comes byte by byte is understood`() throws {
        let bytes = try hello(Host.clientSettings())
        let client = try BareClient(try Host.context())
        for byte in bytes {
            guard case .wantRead = client.send([byte]) else {
                Issue.record("not waiting")
                return
            }
        }
        // A server hello: handshake record, first message of type 2.
        let answer = client.receive()
        #expect(answer.first == 22)
        #expect(answer.dropFirst(5).first == 2)
    }

    @Test(arguments: Kind.allCases)
    func `a hello with any byte changed never harms the process`(_ kind: Kind) throws {
        let context = try Host.context()
        let keeper = Keeper()
        let pair = try Pair(context, keeper, client: kind.clientSettings())
        try pair.handshake()
        let session = try pair.exchange()
        let bytes = try hello(kind.clientSettings(), resuming: session)
        for index in 5..<bytes.count {
            var changed = bytes
            changed[index] ^= 0xff
            let client = try BareClient(context, keeper)
            switch client.send(changed) {
            case .done: Issue.record("byte \(index) ended the handshake")
            case .wantRead: break
            case .failed(let failure):
                #expect(failure.kind != .internal, "byte \(index): \(failure)")
            }
        }
    }

    @Test func `a damaged ticket leads to a full handshake or to an alert`() throws {
        let context = try Host.context()
        let pair = try Pair(context, Keeper(), client: Kind.ticket12.clientSettings())
        try pair.handshake()
        let session = try #require(try pair.exchange())
        // The ticket is by far the longest part of the session: damage lands in it.
        for index in stride(from: session.count - 150, to: session.count - 20, by: 13) {
            var damaged = session
            damaged[index] ^= 1
            let second = try Pair(
                context, Keeper(), client: Kind.ticket12.clientSettings(), resuming: damaged)
            do {
                try second.handshake()
                #expect(!second.server.isResumed || second.server.resumptionOffer == .accepted)
            } catch is Pair.Ended {
                continue
            }
        }
    }

    @Test func `garbage after the handshake fails the connection and no other`() throws {
        let context = try Host.context()
        let pair = try Pair(context)
        let other = try Pair(context)
        try pair.handshake()
        try other.handshake()
        let garbage = [UInt8](repeating: 23, count: 100)
        unsafe garbage.withUnsafeBytes { unsafe pair.client.transport.write($0) }
        pair.wake()
        guard case .failure(let failure) = pair.read(pair.server) else {
            Issue.record("not refused")
            return
        }
        #expect(failure.kind == .notTLS || failure.kind == .protocolViolation)
        // Afterwards nothing works on it, and nothing traps.
        #expect(!pair.server.issueTicket())
        pair.server.shutdown()
        guard case .failure = pair.read(pair.server) else {
            Issue.record("still alive")
            return
        }
        #expect(try other.send([1], from: other.client, to: other.server) == [1])
    }

    @Test func `a peer that reads nothing gets no answers beyond a limit`() throws {
        let pair = try Pair(try Host.context())
        try pair.handshake()
        let bytes = [UInt8](repeating: 1, count: 4 << 20)
        _ = unsafe bytes.withUnsafeBytes { unsafe pair.server.write($0) }
        let pending = pair.server.transport.pendingOutputBytes
        #expect(pending > 2 << 20)
        let garbage = [UInt8](repeating: 23, count: 100)
        unsafe garbage.withUnsafeBytes { unsafe pair.client.transport.write($0) }
        pair.server.transport.note(.readable)
        guard case .failure(let failure) = pair.read(pair.server) else {
            Issue.record("not refused")
            return
        }
        #expect(failure.kind == .protocolViolation)
        #expect(pair.server.transport.pendingOutputBytes == pending)
    }
}
