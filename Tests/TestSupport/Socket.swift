internal import Glibc
internal import Platform

/// A non-blocking socket with waits that end. One thread uses it; any thread may shut it down or close it.
public final class Socket: Sendable {
    /// What came of a read.
    public enum Received: Sendable, Equatable {
        /// At least one byte.
        case bytes([UInt8])
        /// The peer will send no more.
        case end
        /// The peer reset the connection.
        case reset
        /// Nothing came before the deadline.
        case nothing
    }

    private let number: Lock<Int32>

    /// Takes over an open descriptor.
    init(adopting descriptor: Int32) {
        number = Lock(descriptor)
    }

    deinit {
        close()
    }

    /// The number of the descriptor; -1 once closed.
    public var descriptor: Int32 {
        number.withLock { $0 }
    }

    static func make(_ family: Int32, type: Int32 = Int32(SOCK_STREAM.rawValue)) throws -> Socket {
        let flags = Int32(SOCK_NONBLOCK.rawValue) | Int32(SOCK_CLOEXEC.rawValue)
        let descriptor = socket(family, type | flags, 0)
        guard descriptor >= 0 else { throw HarnessError.system("socket", errno) }
        return Socket(adopting: descriptor)
    }

    /// Both ends of a pipe, the one to read from first. They block, and no child inherits them by itself.
    static func pipe() throws -> (reader: Socket, writer: Socket) {
        var ends: [Int32] = [-1, -1]
        try Inheritance.lock.withLock { _ in
            guard unsafe Glibc.pipe(&ends) == 0 else { throw HarnessError.system("pipe", errno) }
            for end in ends { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
        }
        return (Socket(adopting: ends[0]), Socket(adopting: ends[1]))
    }

    /// A listening socket; port 0 lets the system choose.
    public static func listening(
        on endpoint: Endpoint = .ipv4(port: 0), backlog: Int32 = 1024
    ) throws -> Socket {
        let listener = try make(endpoint.family)
        if endpoint.family != AF_UNIX { try listener.set(SOL_SOCKET, SO_REUSEADDR, 1) }
        try unsafe endpoint.withAddress { address, size in
            guard unsafe bind(listener.descriptor, address, size) == 0 else {
                throw HarnessError.system("bind", errno)
            }
        }
        guard listen(listener.descriptor, backlog) == 0 else { throw HarnessError.system("listen", errno) }
        return listener
    }

    /// A connected socket; `source` is the local IPv4 address to come from.
    public static func connected(
        to endpoint: Endpoint, from source: String? = nil, receiveBuffer: Int32? = nil,
        until deadline: Deadline = Deadline()
    ) throws -> Socket {
        let client = try make(endpoint.family)
        if let receiveBuffer { try client.set(SOL_SOCKET, SO_RCVBUF, receiveBuffer) }
        if let source {
            try unsafe Endpoint.ipv4(address: source, port: 0).withAddress { address, size in
                guard unsafe bind(client.descriptor, address, size) == 0 else {
                    throw HarnessError.system("bind", errno)
                }
            }
        }
        if endpoint.family != AF_UNIX { try client.set(Int32(IPPROTO_TCP), TCP_NODELAY, 1) }
        let outcome = try unsafe endpoint.withAddress { address, size in
            unsafe connect(client.descriptor, address, size) == 0 ? 0 : errno
        }
        guard outcome != 0 else { return client }
        guard outcome == EINPROGRESS else { throw HarnessError.system("connect", outcome) }
        guard client.wait(for: POLLOUT, until: deadline) else {
            throw HarnessError.timeout(waitingFor: "a connection to \(endpoint.text)", seen: "nothing")
        }
        let failure = client.pendingError
        guard failure == 0 else { throw HarnessError.system("connect", failure) }
        return client
    }

    /// The TCP port that the socket is bound to; zero for a UNIX socket.
    public var port: UInt16 {
        var storage = sockaddr_storage()
        var size = socklen_t(MemoryLayout<sockaddr_storage>.size)
        let done = unsafe withUnsafeMutablePointer(to: &storage) { pointer in
            unsafe pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                unsafe getsockname(descriptor, $0, &size)
            }
        }
        guard done == 0, storage.ss_family != sa_family_t(AF_UNIX) else { return 0 }
        // The port stands in the same place for both families.
        return unsafe withUnsafeBytes(of: &storage) {
            unsafe UInt16(bigEndian: $0.load(fromByteOffset: 2, as: UInt16.self))
        }
    }

    /// The next connection, or nil when none came in time or the listener was shut down.
    public func accept(until deadline: Deadline = Deadline()) -> Socket? {
        while wait(for: POLLIN, until: deadline) {
            let (taken, failure) = Inheritance.lock.withLock { _ in
                let taken = Glibc.accept(descriptor, nil, nil)
                let failure = errno
                if taken >= 0 { _ = fcntl(taken, F_SETFD, FD_CLOEXEC) }
                return (taken, failure)
            }
            if taken >= 0 {
                _ = fcntl(taken, F_SETFL, O_NONBLOCK)
                return Socket(adopting: taken)
            }
            guard failure == EAGAIN || failure == EINTR || failure == ECONNABORTED else { return nil }
        }
        return nil
    }

    /// Waits for what poll(2) calls `events`; true also when the connection ended or failed.
    func wait(for events: Int32, until deadline: Deadline) -> Bool {
        while true {
            let watched = descriptor
            guard watched >= 0 else { return false }
            var request = pollfd(fd: watched, events: Int16(events), revents: 0)
            let answered = unsafe poll(&request, 1, deadline.milliseconds)
            if answered > 0 { return true }
            if answered == 0 { return false }
            guard errno == EINTR else { return false }
        }
    }

    /// Whether a read would answer at once.
    var isReadable: Bool {
        wait(for: POLLIN, until: Deadline(in: .zero))
    }

    /// The next bytes, at most `limit`.
    public func receive(limit: Int = 65_536, until deadline: Deadline = Deadline()) throws -> Received {
        while true {
            guard wait(for: POLLIN, until: deadline) else { return descriptor < 0 ? .end : .nothing }
            var failure: Int32 = 0
            let bytes = unsafe [UInt8](unsafeUninitializedCapacity: limit) { buffer, count in
                let taken = unsafe recv(descriptor, buffer.baseAddress, limit, 0)
                failure = taken < 0 ? errno : 0
                count = max(0, taken)
            }
            switch failure {
            case 0: return bytes.isEmpty ? .end : .bytes(bytes)
            case EAGAIN, EINTR: continue
            case ECONNRESET, EPIPE: return .reset
            case EBADF: return .end
            default: throw HarnessError.system("recv", failure)
            }
        }
    }

    /// Sends all bytes; answers how many left before the peer closed, reset or stopped reading.
    @discardableResult
    public func send(_ bytes: [UInt8], until deadline: Deadline = Deadline()) throws -> Int {
        var sent = 0
        while sent < bytes.count {
            let taken = unsafe bytes.withUnsafeBytes { raw in
                unsafe Glibc.send(
                    descriptor, raw.baseAddress.map { unsafe $0 + sent }, raw.count - sent,
                    Int32(MSG_NOSIGNAL))
            }
            if taken >= 0 {
                sent += taken
                continue
            }
            switch errno {
            case EINTR: continue
            case EAGAIN:
                guard wait(for: POLLOUT, until: deadline) else { return sent }
            case EPIPE, ECONNRESET, EBADF: return sent
            default: throw HarnessError.system("send", errno)
            }
        }
        return sent
    }

    private var pendingError: Int32 {
        var failure: Int32 = 0
        var size = socklen_t(MemoryLayout<Int32>.size)
        _ = unsafe getsockopt(descriptor, SOL_SOCKET, SO_ERROR, &failure, &size)
        return failure
    }

    func set(_ level: Int32, _ option: Int32, _ value: Int32) throws {
        var value = value
        let done = unsafe setsockopt(descriptor, level, option, &value, socklen_t(MemoryLayout<Int32>.size))
        guard done == 0 else { throw HarnessError.system("setsockopt", errno) }
    }

    /// Says that no more bytes will come.
    public func finishSending() {
        _ = number.withLock { Glibc.shutdown($0, Int32(SHUT_WR)) }
    }

    /// Ends both directions, which wakes whoever waits on the socket.
    public func shutdown() {
        _ = number.withLock { Glibc.shutdown($0, Int32(SHUT_RDWR)) }
    }

    /// Closes the descriptor; a second call does nothing.
    public func close() {
        number.withLock { descriptor in
            if descriptor >= 0 { _ = Glibc.close(descriptor) }
            descriptor = -1
        }
    }

    /// Closes with a reset instead of an orderly end.
    public func reset() {
        var option = linger(l_onoff: 1, l_linger: 0)
        _ = unsafe setsockopt(
            descriptor, SOL_SOCKET, SO_LINGER, &option, socklen_t(MemoryLayout<linger>.size))
        close()
    }
}
