internal import CLinux

/// Tells the service manager how we are (sd_notify(3)); silent where `NOTIFY_SOCKET` is not set.
///
/// It never waits for a manager that does not read: a word that is said once may take a second, others are dropped.
/// Its socket is open from the beginning, so that it can speak when there is no descriptor left for anything else.
public struct ServiceNotifier: ~Copyable, Sendable {
    /// How often the manager wants to hear that we are alive: half of its patience (sd_watchdog_enabled(3)); nil for never.
    public let watchdogInterval: Duration?

    private let path: String
    /// Negative for none.
    private let number: Int32

    /// Reads `NOTIFY_SOCKET` from the environment: a path, or `@name` for an abstract address. And what its watchdog wants.
    public init() {
        self.init { name in unsafe getenv(name).map { unsafe String(cString: $0) } }
    }

    /// The same from other variables.
    init(_ variable: (String) -> String?) {
        var interval: Duration?
        let isForUs = variable("WATCHDOG_PID").map { $0 == "\(ProcessTable.ourIdentifier)" } ?? true
        if isForUs, let patience = variable("WATCHDOG_USEC").flatMap({ Int64($0) }), patience > 1 {
            interval = .microseconds(patience / 2)
        }
        self.init(path: variable("NOTIFY_SOCKET"), watchdogInterval: interval)
    }

    /// Notifies the datagram socket at `path`, or nobody.
    init(path: String?, watchdogInterval: Duration? = nil) {
        self.path = path ?? ""
        self.watchdogInterval = watchdogInterval
        let isUsable = (1...SocketAddress.maximumPathBytes).contains(self.path.utf8.count)
        number = isUsable ? socket(AF_UNIX, Int32(SOCK_DGRAM.rawValue | SOCK_CLOEXEC.rawValue), 0) : -1
        guard number >= 0 else { return }
        var patience = timeval(tv_sec: 1, tv_usec: 0)
        _ = unsafe setsockopt(
            number, SOL_SOCKET, SO_SNDTIMEO, &patience, socklen_t(MemoryLayout<timeval>.size))
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
        send("STATUS=\(sentence)", mayWait: false)
    }

    /// We are alive; to be said each `watchdogInterval`.
    public func alive() {
        send("WATCHDOG=1", mayWait: false)
    }

    /// A reload begins; MONOTONIC_USEC tells it from an earlier one.
    public func reloading() {
        send("RELOADING=1\nMONOTONIC_USEC=\(MonotonicTime.now.nanoseconds / 1000)")
    }

    /// Shutting down.
    public func stopping() {
        send("STOPPING=1")
    }

    private func send(_ message: String, mayWait: Bool = true) {
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
        let flags = Int32(MSG_NOSIGNAL) | (mayWait ? 0 : Int32(MSG_DONTWAIT))
        unsafe withUnsafePointer(to: &address) { pointer in
            unsafe pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                // The manager may be gone: nothing that we could do about it.
                _ = unsafe sendto(number, text, text.count, flags, $0, length)
            }
        }
    }
}
