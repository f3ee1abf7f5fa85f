internal import CLinux

/// Where platform services say how they are (sd_notify(3)), each message with its sender as the kernel knows it.
public struct NotificationSocket: ~Copyable, Sendable {
    /// A message of a service.
    public struct Message: Sendable {
        /// Its assignments, one a line.
        public let text: String
        /// The process that sent it (SCM_CREDENTIALS of unix(7)).
        public let process: Int32
        /// The user that the process runs as.
        public let user: UInt32
    }

    /// The longest message, in bytes; longer ones are dropped.
    public static let messageBytes = 4096

    /// What services find in `NOTIFY_SOCKET`.
    public let path: String
    private let descriptor: Descriptor
    /// Descriptors that come along are closed: nobody here keeps any, and BARRIER=1 (sd_notify(3)) is answered by it.
    private let closer: DescriptorCloser
    /// Those of users who are not expected to speak wait apart, so that they hold up nobody else's.
    private let strangersCloser: DescriptorCloser

    /// Binds a datagram socket at `path`, in place of one that was left there.
    ///
    /// - Parameters:
    ///   - path: where.
    ///   - isForAll: whether every user may send to it: who may be heard is decided by the sender then, not by the file.
    /// - Throws: why it cannot be.
    public init(path: String, isForAll: Bool = true) throws(SystemError) {
        try self.init(
            path: path, isForAll: isForAll, closer: DescriptorCloser(),
            strangersCloser: DescriptorCloser(limit: Self.strangersLimit))
    }

    init(
        path: String, isForAll: Bool, closer: DescriptorCloser, strangersCloser: DescriptorCloser
    ) throws(SystemError) {
        let kind = Int32(SOCK_DGRAM.rawValue | SOCK_CLOEXEC.rawValue | SOCK_NONBLOCK.rawValue)
        let number = socket(AF_UNIX, kind, 0)
        guard number >= 0 else { throw .last("socket") }
        let descriptor = Descriptor(adopting: number)
        guard limpet_pass_credentials(number) == 0 else { throw .last("setsockopt(SO_PASSCRED)") }
        SocketFile.remove(path)
        let address = SocketAddress.unix(path: path)
        guard unsafe address.withKernelForm({ unsafe CLinux.bind(number, $0, $1) }) == 0 else {
            throw .last("bind")
        }
        try SocketFile.setPermissions(path, isForAll ? 0o666 : 0o600)
        self.closer = closer
        self.strangersCloser = strangersCloser
        self.descriptor = descriptor
        self.path = path
    }

    /// What to register with a poller, for reading.
    public var number: Int32 { descriptor.number }

    /// Whether messages can be taken now. If not, descriptors that came with earlier ones are still being closed, which
    /// whoever sent them may draw out: ask again later, `next` would have nowhere to put more.
    ///
    /// Messages come in turn, and who has sent the next one is known when it has been taken: so strangers can bring this
    /// about, too, but not with few descriptors.
    public var isReceptive: Bool { closer.hasRoom && strangersCloser.hasRoom }

    /// A quarter of the descriptors that we may have, one message's worth less: what is needed for the work is left.
    private static var strangersLimit: Int {
        max(64, ProcessLimits.descriptorLimit / 4 - Int(LIMPET_PASSED_LIMIT))
    }

    /// Takes what has come next.
    ///
    /// - Parameter users: who is expected to speak; descriptors of anybody else are closed apart from theirs.
    /// - Returns: a message, empty if it was too long or had no sender; nil if nothing waits.
    public func next(expecting users: Set<UInt32>) -> Message? {
        var bytes = [UInt8](repeating: 0, count: Self.messageBytes)
        var passed = [Int32](repeating: -1, count: Int(LIMPET_PASSED_LIMIT))
        while true {
            let message = unsafe bytes.withUnsafeMutableBytes {
                unsafe limpet_receive_message(descriptor.number, $0.baseAddress, $0.count, &passed)
            }
            if message.count < 0 {
                if limpet_errno() == EINTR { continue }
                return nil
            }
            let isExpected = message.process > 0 && users.contains(message.user)
            (isExpected ? closer : strangersCloser).take(passed.prefix(Int(message.passed_count)))
            let isWhole = message.is_truncated == 0 && message.process > 0
            let kept = isWhole ? bytes.prefix(message.count) : []
            return Message(
                text: String(decoding: kept, as: UTF8.self), process: message.process, user: message.user)
        }
    }
}
