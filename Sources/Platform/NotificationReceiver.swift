internal import CLinux

/// The receiving side of sd_notify(3): what a program that we have started says about itself.
public struct NotificationReceiver: ~Copyable, Sendable {
    /// What the program finds in `NOTIFY_SOCKET`.
    public let path: String
    private let descriptor: Descriptor

    /// Binds a datagram socket at `path`, in a folder that only we write to.
    public init(path: String) throws(SystemError) {
        let number = socket(AF_UNIX, Int32(SOCK_DGRAM.rawValue | SOCK_CLOEXEC.rawValue), 0)
        guard number >= 0 else { throw .last("socket") }
        let descriptor = Descriptor(adopting: number)
        SocketFile.remove(path)
        let address = SocketAddress.unix(path: path)
        guard unsafe address.withKernelForm({ unsafe CLinux.bind(number, $0, $1) }) == 0 else {
            throw .last("bind")
        }
        self.descriptor = descriptor
        self.path = path
    }

    deinit {
        SocketFile.remove(path)
    }

    /// The next message's assignments, such as `READY=1`; nil if none came in time.
    public func next(until deadline: MonotonicTime) -> [String]? {
        guard Socket.waitReadable(descriptor.number, until: deadline) else { return nil }
        var bytes = [UInt8](repeating: 0, count: 4096)
        let count = unsafe recv(descriptor.number, &bytes, bytes.count, Int32(MSG_DONTWAIT))
        guard count >= 0 else { return [] }
        return String(decoding: bytes.prefix(count), as: UTF8.self).split(separator: "\n").map(String.init)
    }

    /// Waits for an assignment; false if it did not come in time.
    public func wait(for assignment: String, until deadline: MonotonicTime) -> Bool {
        while let assignments = next(until: deadline) {
            if assignments.contains(assignment) { return true }
            if MonotonicTime.now >= deadline { return false }
        }
        return false
    }
}
