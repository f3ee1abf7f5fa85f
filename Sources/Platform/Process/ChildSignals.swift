internal import CLinux

/// Hears of the end of children, those included that have become ours because their parents ended.
public struct ChildSignals: ~Copyable {
    private let descriptor: Descriptor

    /// Blocks SIGCHLD in the calling thread and in those that it starts later, and becomes the parent of orphans
    /// (PR_SET_CHILD_SUBREAPER of prctl(2)).
    public init() throws(SystemError) {
        var set = sigset_t()
        unsafe sigemptyset(&set)
        unsafe sigaddset(&set, SIGCHLD)
        guard unsafe pthread_sigmask(SIG_BLOCK, &set, nil) == 0 else { throw .last("pthread_sigmask") }
        let number = unsafe signalfd(-1, &set, Int32(SFD_NONBLOCK | SFD_CLOEXEC))
        guard number >= 0 else { throw .last("signalfd") }
        let descriptor = Descriptor(adopting: number)
        guard limpet_become_subreaper() == 0 else { throw .last("prctl") }
        self.descriptor = descriptor
    }

    /// Has the kernel bury orphans that become ours where we are the first process (of a container), which every orphan comes
    /// to. For who waits for no child; what it starts begins with the usual disposition.
    public static func buryOrphansIfFirst() {
        if getpid() == 1 { limpet_bury_children() }
    }

    /// What to register with a poller, for reading.
    public var number: Int32 { descriptor.number }

    /// Takes note that the bell was heard: call it before `next`.
    public func silence() {
        var information = signalfd_siginfo()
        let size = MemoryLayout<signalfd_siginfo>.size
        while unsafe read(descriptor.number, &information, size) == size {}
    }

    /// A child that has ended; nil if there is none. Until `forget` its identifier and its group belong to nobody else.
    public func next() -> (identifier: Int32, ending: ProcessEnding)? {
        var status: Int32 = 0
        let identifier = unsafe limpet_ended_child(&status)
        return identifier > 0 ? (identifier, ProcessEnding(status: status)) : nil
    }

    /// Forgets a child that has ended: the kernel may give its identifier to others.
    public func forget(_ identifier: Int32) {
        limpet_forget_child(identifier)
    }
}
