import Glibc
import Platform
import Runtime

/// Two connected UNIX sockets: one for the transport under test, the other spoken to by hand. Both non-blocking.
struct SocketPair: ~Copyable {
    private(set) var near: Int32
    private var far: Int32

    /// `keepsMessages` makes each send one message (SOCK_SEQPACKET), so that sends can be counted.
    init(keepsMessages: Bool = false) throws {
        var numbers: [Int32] = [-1, -1]
        let kind = keepsMessages ? SOCK_SEQPACKET : SOCK_STREAM
        guard unsafe socketpair(AF_UNIX, Int32(kind.rawValue | SOCK_NONBLOCK.rawValue), 0, &numbers) == 0
        else {
            throw SystemError("socketpair", number: errno)
        }
        near = numbers[0]
        far = numbers[1]
    }

    deinit {
        if near >= 0 { close(near) }
        if far >= 0 { close(far) }
    }

    /// The near end, given away once.
    mutating func takeNear() -> Descriptor {
        defer { near = -1 }
        return Descriptor(adopting: near)
    }

    /// A transport on the near end.
    mutating func transport(on loop: EventLoop) -> Transport {
        Transport(adopting: takeNear(), loop: loop)
    }

    /// Sends from the far end; returns how many bytes the kernel took.
    @discardableResult
    func send(_ bytes: [UInt8]) -> Int {
        unsafe Glibc.send(far, bytes, bytes.count, Int32(MSG_NOSIGNAL))
    }

    /// What the far end receives with one call: nil if nothing is there, empty at the end.
    func receive(_ limit: Int = 1 << 20) -> [UInt8]? {
        var bytes = [UInt8](repeating: 0, count: limit)
        let count = unsafe recv(far, &bytes, limit, 0)
        return count < 0 ? nil : Array(bytes.prefix(count))
    }

    /// Ends the direction from the far end to the near one.
    func endFar() {
        shutdown(far, Int32(SHUT_WR))
    }

    /// Closes the far end.
    mutating func closeFar() {
        close(far)
        far = -1
    }

    /// Makes the kernel's buffers as small as it allows.
    func shrink() {
        var size: Int32 = 1
        unsafe setsockopt(near, SOL_SOCKET, SO_SNDBUF, &size, 4)
        unsafe setsockopt(far, SOL_SOCKET, SO_RCVBUF, &size, 4)
    }
}

extension Transport {
    /// Writes an array.
    func write(_ bytes: [UInt8]) {
        unsafe bytes.withUnsafeBytes { unsafe write($0) }
    }

    /// Puts the bytes of an array back.
    func putBack(_ bytes: [UInt8]) {
        unread(bytes.span)
    }

    /// The bytes of one `read` of at most `limit`; nil for anything but bytes.
    func readBytes(_ limit: Int) -> [UInt8]? {
        var room = [UInt8](repeating: 0, count: limit)
        guard case .bytes(let count) = unsafe room.withUnsafeMutableBytes({ unsafe read(into: $0) }) else {
            return nil
        }
        return Array(room.prefix(count))
    }

    /// The bytes of one `receive` of at most `limit`; nil for anything but bytes.
    func receiveBytes(_ limit: Int) -> [UInt8]? {
        var room = [UInt8](repeating: 0, count: limit)
        guard case .bytes(let count) = unsafe room.withUnsafeMutableBytes({ unsafe receive(into: $0) }) else {
            return nil
        }
        return Array(room.prefix(count))
    }

    /// Whether the next read says that the peer has ended.
    func readsEnd() -> Bool {
        var room = [UInt8](repeating: 0, count: 16)
        guard case .end = unsafe room.withUnsafeMutableBytes({ unsafe read(into: $0) }) else { return false }
        return true
    }
}
