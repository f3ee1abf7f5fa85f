import Glibc
import Platform
import Runtime
import TLS

/// A server and a client at the two ends of a socket pair, on one thread.
final class Pair {
    enum Ended: Error {
        case server(TLSFailure)
        case client(TLSFailure)
        case stuck
    }

    let server: TLSConnection
    let client: TLSConnection
    let keeper: Keeper?

    private let loop: EventLoop

    init(
        _ context: ServerContext, _ keeper: Keeper? = Keeper(), client settings: ClientSettings? = nil,
        name: String? = "one.test", resuming session: [UInt8]? = nil
    ) throws {
        loop = try EventLoop()
        self.keeper = keeper
        let ends = try Pair.sockets()
        server = try TLSConnection(
            server: context, transport: Transport(adopting: Descriptor(adopting: ends.0), loop: loop),
            delegate: keeper)
        client = try ClientContext(try settings ?? Host.clientSettings()).connect(
            over: Transport(adopting: Descriptor(adopting: ends.1), loop: loop), serverName: name,
            resuming: session)
    }

    deinit {
        server.transport.close()
        client.transport.close()
    }

    static func sockets() throws -> (Int32, Int32) {
        var ends: [Int32] = [-1, -1]
        let kind = Int32(SOCK_STREAM.rawValue) | Int32(SOCK_NONBLOCK.rawValue) | Int32(SOCK_CLOEXEC.rawValue)
        guard unsafe socketpair(AF_UNIX, kind, 0, &ends) == 0 else {
            throw SystemError("socketpair", number: errno)
        }
        return (ends[0], ends[1])
    }

    /// Tells both transports that their sockets may be used again.
    func wake() {
        server.transport.note([.readable, .writable])
        client.transport.note([.readable, .writable])
    }

    /// Both handshakes, to their end.
    func handshake() throws {
        var isServerDone = false
        var isClientDone = false
        for _ in 0..<20 where !(isServerDone && isClientDone) {
            wake()
            if !isClientDone {
                switch client.handshake() {
                case .done: isClientDone = true
                case .wantRead: break
                case .failed(let failure): throw Ended.client(failure)
                }
            }
            if !isServerDone {
                switch server.handshake() {
                case .done: isServerDone = true
                case .wantRead: break
                case .failed(let failure): throw Ended.server(failure)
                }
            }
        }
        guard isServerDone, isClientDone else { throw Ended.stuck }
    }

    /// The failures of both sides of a handshake that does not succeed.
    func failingHandshake() -> (server: TLSFailure?, client: TLSFailure?) {
        var failures: (server: TLSFailure?, client: TLSFailure?) = (nil, nil)
        for _ in 0..<20 {
            wake()
            if failures.client == nil {
                switch client.handshake() {
                case .done: _ = read(client)
                case .wantRead: break
                case .failed(let failure): failures.client = failure
                }
            }
            if failures.server == nil, case .failed(let failure) = server.handshake() {
                failures.server = failure
            }
        }
        return failures
    }

    /// Sends bytes from one side and gives what the other side read.
    func send(_ bytes: [UInt8], from sender: TLSConnection, to receiver: TLSConnection) throws -> [UInt8] {
        if case .failed(let failure) = unsafe bytes.withUnsafeBytes({ unsafe sender.write($0) }) {
            throw failure
        }
        var received: [UInt8] = []
        while received.count < bytes.count {
            wake()
            let count = received.count
            received += try read(receiver).get()
            guard received.count > count || sender.transport.hasPendingOutput else { throw Ended.stuck }
        }
        return received
    }

    /// All that can be read now.
    func read(_ connection: TLSConnection) -> Result<[UInt8], TLSFailure> {
        var room = [UInt8](repeating: 0, count: 16384)
        var received: [UInt8] = []
        while true {
            switch unsafe room.withUnsafeMutableBytes({ unsafe connection.read(into: $0) }) {
            case .bytes(let count): received += room[..<count]
            case .wantRead, .closed: return .success(received)
            case .failed(let failure): return .failure(failure)
            }
        }
    }

    /// A request, and a response that brings a ticket; the session to resume with.
    func exchange() throws -> [UInt8]? {
        _ = try send(Array("request".utf8), from: client, to: server)
        server.issueTicket()
        _ = try send(Array("response".utf8), from: server, to: client)
        return client.takeSession()
    }
}
