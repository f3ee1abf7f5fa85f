internal import CLinux

/// Signals as a descriptor (signalfd(2)) instead of handlers that interrupt whatever runs.
public struct SignalSource: ~Copyable {
    private let descriptor: Descriptor

    /// The signals that a daemon listens to.
    public enum Signal: Int32, Sendable {
        /// Reload (SIGHUP).
        case hangUp = 1
        /// Stop now (SIGINT).
        case interrupt = 2
        /// Drain and stop (SIGTERM).
        case terminate = 15
        /// Open log files again (SIGUSR1).
        case user1 = 10
    }

    /// Blocks `signals` in the calling thread and in all threads that it starts later: call it first of all. So is SIGPIPE:
    /// a pipe that nobody reads any longer is an error of the write to it, and nothing to die of.
    public init(_ signals: [Signal]) throws(SystemError) {
        var set = sigset_t()
        unsafe sigemptyset(&set)
        for signal in signals {
            unsafe sigaddset(&set, signal.rawValue)
        }
        var blocked = set
        unsafe sigaddset(&blocked, SIGPIPE)
        guard unsafe pthread_sigmask(SIG_BLOCK, &blocked, nil) == 0 else { throw .last("pthread_sigmask") }
        let number = unsafe signalfd(-1, &set, Int32(SFD_NONBLOCK | SFD_CLOEXEC))
        guard number >= 0 else { throw .last("signalfd") }
        descriptor = Descriptor(adopting: number)
    }

    /// What to register with a poller, for reading.
    public var number: Int32 { descriptor.number }

    /// The next signal that has arrived; nil if there is none.
    public func next() -> Signal? {
        var information = signalfd_siginfo()
        let size = MemoryLayout<signalfd_siginfo>.size
        guard unsafe read(descriptor.number, &information, size) == size else { return nil }
        return Signal(rawValue: Int32(bitPattern: information.ssi_signo))
    }
}
