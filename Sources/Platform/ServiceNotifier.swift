internal import CLinux

/// Tells the service manager how we are (sd_notify(3)); silent where `NOTIFY_SOCKET` is not set.
///
/// Its socket is open from the beginning, so that it can speak when there is no descriptor left for anything else.
public struct ServiceNotifier: ~Copyable, Sendable {
    private let path: String
    /// Negative for none.
    private let number: Int32

    /// Reads `NOTIFY_SOCKET` from the environment: a path, or `@name` for an abstract address.
    public init() {
        self.init(path: unsafe getenv("NOTIFY_SOCKET").map { unsafe String(cString: $0) })
    }

    /// Notifies the datagram socket at `path`, or nobody.
    init(path: String?) {
        self.path = path ?? ""
        let isUsable = (1...SocketAddress.maximumPathBytes).contains(self.path.utf8.count)
        number = isUsable ? socket(AF_UNIX, Int32(SOCK_DGRAM.rawValue | SOCK_CLOEXEC.rawValue), 0) : -1
    }

    deinit {
        if number >= 0 { Descriptor.close(number) }
    }

    /// Start-up, or a reload, is complete.
    public func ready(status: String) {
        send("READY=1\nSTATUS=\(status)")
    }

    /// How we are, in a sentence for an operator.
    public func status(_ sentence: String) {
        send("STATUS=\(sentence)")
    }

    /// A reload begins; MONOTONIC_USEC tells it from an earlier one.
    public func reloading() {
        send("RELOADING=1\nMONOTONIC_USEC=\(MonotonicTime.now.nanoseconds / 1000)")
    }

    /// Shutting down.
    public func stopping() {
        send("STOPPING=1")
    }

    private func send(_ message: String) {
        guard number >= 0 else { return }
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        let bytes = Array(path.utf8)
        unsafe withUnsafeMutableBytes(of: &address.sun_path) { target in
            unsafe target.copyBytes(from: bytes)
            if bytes.first == UInt8(ascii: "@") { unsafe target[0] = 0 }
        }
        let length = socklen_t(MemoryLayout<sa_family_t>.size + bytes.count)
        let text = Array(message.utf8)
        unsafe withUnsafePointer(to: &address) { pointer in
            unsafe pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                // The manager may be gone: nothing that we could do about it.
                _ = unsafe sendto(number, text, text.count, Int32(MSG_NOSIGNAL), $0, length)
            }
        }
    }
}
