internal import CLinux

/// The system calls on stream sockets, with EINTR handled and EAGAIN folded into the result. Over a UNIX socket no peer may
/// pass descriptors, where the kernel knows such a rule (SO_PASSRIGHTS).
public enum Socket {
    /// What a read or write came to.
    @frozen
    public enum Transfer: Sendable {
        /// That many bytes, at least one.
        case bytes(Int)
        /// Nothing now: wait for readiness.
        case wouldBlock
        /// The peer has ended its direction (reads only).
        case end
        /// The connection is lost.
        case failed(SystemError)
    }

    /// What accept(2) came to.
    public enum Acceptance: Sendable {
        /// A connection, non-blocking and close-on-exec, and where it comes from.
        case connection(Int32, from: SocketAddress)
        /// None is waiting.
        case wouldBlock
        /// This one failed; others may follow.
        case failed(SystemError)
    }

    /// Opens a listening socket, non-blocking. `sharesPort` sets SO_REUSEPORT, so that each worker has its own queue. With
    /// `awaitsAddress` the address need not be there yet (IP_FREEBIND, ip(7)): connections come once it is.
    public static func listen(
        on address: SocketAddress, backlog: Int, sharesPort: Bool, awaitsAddress: Bool = false
    ) throws(SystemError) -> Descriptor {
        let descriptor = try open(address)
        var isIPv6 = false
        if case .ip(let ip, _) = address {
            isIPv6 = !ip.isIPv4
            try set(descriptor.number, SOL_SOCKET, SO_REUSEADDR, 1, "setsockopt(SO_REUSEADDR)")
            if sharesPort {
                try set(descriptor.number, SOL_SOCKET, SO_REUSEPORT, 1, "setsockopt(SO_REUSEPORT)")
            }
            if awaitsAddress { awaitAddress(descriptor.number, isIPv6: isIPv6) }
        }
        if isIPv6 {
            try set(descriptor.number, Int32(IPPROTO_IPV6), IPV6_V6ONLY, 1, "setsockopt(IPV6_V6ONLY)")
        }
        let number = descriptor.number
        guard unsafe address.withKernelForm({ unsafe CLinux.bind(number, $0, $1) }) == 0 else {
            throw .last("bind")
        }
        guard CLinux.listen(number, Int32(clamping: backlog)) == 0 else { throw .last("listen") }
        return descriptor
    }

    /// Keeps a port for a listener of ours that opens it with `sharesPort`: bound, yet nobody can connect to it.
    public static func reserve(_ address: SocketAddress) throws(SystemError) -> Descriptor {
        let descriptor = try open(address)
        let number = descriptor.number
        try set(number, SOL_SOCKET, SO_REUSEADDR, 1, "setsockopt(SO_REUSEADDR)")
        try set(number, SOL_SOCKET, SO_REUSEPORT, 1, "setsockopt(SO_REUSEPORT)")
        guard unsafe address.withKernelForm({ unsafe CLinux.bind(number, $0, $1) }) == 0 else {
            throw .last("bind")
        }
        return descriptor
    }

    /// Whether a socket of ours could be bound to `address` now: it is one of this machine, by its links or its routes.
    public static func isLocal(_ address: IPAddress) -> Bool {
        let address = SocketAddress.ip(address, port: 0)
        guard let descriptor = try? open(address) else { return false }
        let number = descriptor.number
        return unsafe address.withKernelForm { unsafe CLinux.bind(number, $0, $1) } == 0
    }

    /// Throws EADDRINUSE if somebody listens on `address`; connections of the past do not count.
    public static func probe(_ address: SocketAddress) throws(SystemError) {
        let descriptor = try open(address)
        let number = descriptor.number
        try set(number, SOL_SOCKET, SO_REUSEADDR, 1, "setsockopt(SO_REUSEADDR)")
        guard unsafe address.withKernelForm({ unsafe CLinux.bind(number, $0, $1) }) == 0 else {
            throw .last("bind")
        }
    }

    /// Begins a connection; it is there when the socket becomes writable and `pendingError` is nil. It comes from
    /// `source`, if that is given: an address of this machine, port 0 for any.
    public static func connect(
        to address: SocketAddress, from source: SocketAddress? = nil
    ) throws(SystemError) -> Descriptor {
        let descriptor = try open(address)
        if case .ip = address { setNoDelay(descriptor.number) }
        let number = descriptor.number
        if let source {
            guard unsafe source.withKernelForm({ unsafe CLinux.bind(number, $0, $1) }) == 0 else {
                throw .last("bind")
            }
        }
        while true {
            if unsafe address.withKernelForm({ unsafe CLinux.connect(number, $0, $1) }) == 0 {
                return descriptor
            }
            let error = SystemError.last("connect")
            if error.number == EINPROGRESS || error.number == EALREADY { return descriptor }
            if error.number != EINTR { throw error }
        }
    }

    /// Takes the next connection from the queue of a listening socket.
    public static func accept(_ listener: Int32) -> Acceptance {
        var storage = sockaddr_storage()
        var length = socklen_t(MemoryLayout<sockaddr_storage>.size)
        while true {
            let number = unsafe withUnsafeMutablePointer(to: &storage) { pointer in
                unsafe pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                    unsafe limpet_accept(listener, $0, &length)
                }
            }
            if number >= 0 {
                guard let address = SocketAddress(storage, length: length) else {
                    close(number)
                    return .failed(SystemError("accept4", number: EAFNOSUPPORT))
                }
                if case .unix = address { limpet_refuse_descriptors(number) }
                return .connection(number, from: address)
            }
            let error = SystemError.last("accept4")
            switch error.number {
            case EAGAIN: return .wouldBlock
            case EINTR: continue
            default: return .failed(error)
            }
        }
    }

    /// Reads what is there, at most `buffer.count` bytes.
    public static func receive(_ number: Int32, into buffer: UnsafeMutableRawBufferPointer) -> Transfer {
        while true {
            let count = unsafe recv(number, buffer.baseAddress, buffer.count, 0)
            if count > 0 { return .bytes(count) }
            if count == 0 { return .end }
            let error = limpet_errno()
            if error == EAGAIN { return .wouldBlock }
            if error != EINTR { return .failed(SystemError("recv", number: error)) }
        }
    }

    /// Writes what the kernel takes: never `.end`, and never a signal when the peer is gone (MSG_NOSIGNAL).
    public static func send(_ number: Int32, _ buffer: UnsafeRawBufferPointer) -> Transfer {
        while true {
            let count = unsafe CLinux.send(number, buffer.baseAddress, buffer.count, Int32(MSG_NOSIGNAL))
            if count >= 0 { return .bytes(count) }
            let error = limpet_errno()
            if error == EAGAIN { return .wouldBlock }
            if error != EINTR { return .failed(SystemError("send", number: error)) }
        }
    }

    /// Ends our direction: the peer reads to the end and then sees it.
    public static func shutdownWriting(_ number: Int32) {
        _ = shutdown(number, Int32(SHUT_WR))
    }

    /// Makes a listening socket refuse connections from now on, whoever else holds it; who waits in its queue is reset.
    public static func stopListening(_ number: Int32) {
        _ = shutdown(number, Int32(SHUT_RD))
    }

    /// Makes the coming close a reset instead of an orderly end.
    public static func resetOnClose(_ number: Int32) {
        var value = linger(l_onoff: 1, l_linger: 0)
        _ = unsafe setsockopt(number, SOL_SOCKET, SO_LINGER, &value, socklen_t(MemoryLayout<linger>.size))
    }

    /// Sends small writes at once (TCP_NODELAY); does nothing on a UNIX socket.
    public static func setNoDelay(_ number: Int32) {
        try? set(number, Int32(IPPROTO_TCP), TCP_NODELAY, 1, "setsockopt(TCP_NODELAY)")
    }

    /// The error that an asynchronous connect ended with; nil if it succeeded.
    public static func pendingError(_ number: Int32) -> SystemError? {
        var value: Int32 = 0
        var length = socklen_t(MemoryLayout<Int32>.size)
        guard unsafe getsockopt(number, SOL_SOCKET, SO_ERROR, &value, &length) == 0 else {
            return .last("getsockopt")
        }
        return value == 0 ? nil : SystemError("connect", number: value)
    }

    /// The address that a socket is bound to.
    public static func localAddress(_ number: Int32) -> SocketAddress? {
        var storage = sockaddr_storage()
        var length = socklen_t(MemoryLayout<sockaddr_storage>.size)
        let result = unsafe withUnsafeMutablePointer(to: &storage) { pointer in
            unsafe pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                unsafe getsockname(number, $0, &length)
            }
        }
        return result == 0 ? SocketAddress(storage, length: length) : nil
    }

    /// Whether `number` is a listening stream socket; if so it is made non-blocking and close-on-exec.
    public static func adoptListener(_ number: Int32) -> Bool {
        var value: Int32 = 0
        var length = socklen_t(MemoryLayout<Int32>.size)
        guard unsafe getsockopt(number, SOL_SOCKET, SO_ACCEPTCONN, &value, &length) == 0, value == 1 else {
            return false
        }
        limpet_refuse_descriptors(number)
        return limpet_make_nonblocking(number) == 0
    }

    /// Without it, on a kernel that does not know it, binding to an address that is missing fails as it always did.
    private static func awaitAddress(_ number: Int32, isIPv6: Bool) {
        if isIPv6 {
            try? set(number, Int32(IPPROTO_IPV6), 78, 1, "setsockopt(IPV6_FREEBIND)")
        } else {
            try? set(number, Int32(IPPROTO_IP), IP_FREEBIND, 1, "setsockopt(IP_FREEBIND)")
        }
    }

    private static func open(_ address: SocketAddress) throws(SystemError) -> Descriptor {
        let kind = Int32(SOCK_STREAM.rawValue | SOCK_NONBLOCK.rawValue | SOCK_CLOEXEC.rawValue)
        let number = socket(address.family, kind, 0)
        guard number >= 0 else { throw .last("socket") }
        let descriptor = Descriptor(adopting: number)
        if case .unix = address { limpet_refuse_descriptors(number) }
        return descriptor
    }

    private static func set(
        _ number: Int32, _ level: Int32, _ option: Int32, _ value: Int32, _ call: StaticString
    ) throws(SystemError) {
        var value = value
        guard unsafe setsockopt(number, level, option, &value, socklen_t(MemoryLayout<Int32>.size)) == 0
        else {
            throw .last(call)
        }
    }
}

extension Socket {
    /// Waits until there is something to read or the peer has ended; false if the deadline came first.
    public static func waitReadable(_ number: Int32, until deadline: MonotonicTime) -> Bool {
        var request = pollfd(fd: number, events: Int16(POLLIN), revents: 0)
        while true {
            let left = (deadline - .now).clampedNanoseconds
            let milliseconds = Int32(clamping: left / 1_000_000 + (left % 1_000_000 == 0 ? 0 : 1))
            let count = unsafe poll(&request, 1, milliseconds)
            if count > 0 { return true }
            if count == 0 { return false }
            guard limpet_errno() == EINTR else { return false }
        }
    }

    /// Whether a connection that should be silent has ended or has something to read (recv(2) with MSG_PEEK).
    public static func hasUnexpectedInput(_ number: Int32) -> Bool {
        var byte: UInt8 = 0
        let count = unsafe recv(number, &byte, 1, Int32(MSG_PEEK) | Int32(MSG_DONTWAIT))
        return !(count < 0 && limpet_errno() == EAGAIN)
    }
}

extension SystemError {
    /// The name of a service has no address yet.
    public static let unresolved = SystemError("resolve", number: EHOSTUNREACH)
    /// The peer did not answer in time.
    public static let timedOut = SystemError("connect", number: ETIMEDOUT)
    /// The peer has ended a connection before it could be used.
    public static let brokenOff = SystemError("connect", number: ECONNRESET)
}
