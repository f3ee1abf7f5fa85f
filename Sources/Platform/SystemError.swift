internal import CLinux

/// What the kernel refused: the call that failed and its error number (errno(3)).
public struct SystemError: Error, Hashable, Sendable, CustomStringConvertible {
    /// The name of the system call or of the step.
    public let call: StaticString
    /// The error number.
    public let number: Int32

    /// An error with a known number.
    public init(_ call: StaticString, number: Int32) {
        self.call = call
        self.number = number
    }

    /// There is no memory for what `call` was to make.
    public static func outOfMemory(_ call: StaticString) -> SystemError {
        SystemError(call, number: ENOMEM)
    }

    /// The error of the call that has just failed on this thread.
    static func last(_ call: StaticString) -> SystemError {
        SystemError(call, number: limpet_errno())
    }

    /// The call and the kernel's sentence, for example `bind: Address already in use`.
    public var description: String {
        var text = [CChar](repeating: 0, count: 256)
        let sentence = unsafe text.withUnsafeMutableBufferPointer { buffer -> String in
            guard let base = buffer.baseAddress else { return "error \(number)" }
            guard unsafe strerror_r(number, base, buffer.count) == 0 else { return "error \(number)" }
            return unsafe String(cString: base)
        }
        return "\(call): \(sentence)"
    }

    /// The peer, or a middlebox, has reset or refused the connection.
    public var isConnectionLoss: Bool {
        number == ECONNRESET || number == EPIPE || number == ECONNREFUSED || number == ECONNABORTED
            || number == ETIMEDOUT || number == EHOSTUNREACH || number == ENETUNREACH || number == ENOTCONN
    }

    /// Somebody is there, and has said no: nobody listens at that port (ECONNREFUSED).
    public var isRefusal: Bool { number == ECONNREFUSED }

    /// The process or the system has no descriptor left (EMFILE, ENFILE) or no memory for one.
    public var isExhaustion: Bool {
        number == EMFILE || number == ENFILE || number == ENOMEM || number == ENOBUFS
    }

    /// The queue of a listening UNIX socket is full (EAGAIN, connect(2)): its program is there, and busy.
    public var isFullQueue: Bool { number == EAGAIN }

    /// What a connection could not be made for is ours: a descriptor, memory, or a free port (EADDRNOTAVAIL).
    public var isWantOfOurs: Bool {
        isExhaustion || number == EADDRNOTAVAIL
    }

    /// Equal if the same call failed with the same number.
    public static func == (left: SystemError, right: SystemError) -> Bool {
        left.number == right.number && left.call.description == right.call.description
    }

    /// The number alone: calls are compared when numbers agree.
    public func hash(into hasher: inout Hasher) {
        hasher.combine(number)
    }
}
