internal import CLinux

/// What the kernel grants this process and what it must not show.
public enum ProcessLimits {
    private static let former = Lock<UInt64?>(nil)

    /// Raises the soft limit of open descriptors to the hard one; returns it. Programs that we start do not inherit that: many
    /// take a high one for an invitation to visit each number (select(2) breaks above 1024).
    public static func raiseDescriptorLimit() -> Int {
        var limit = rlimit()
        guard unsafe getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit) == 0 else { return 0 }
        let soft = UInt64(limit.rlim_cur)
        former.withLock { former in former = former ?? soft }
        limit.rlim_cur = limit.rlim_max
        _ = unsafe setrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit)
        return Int(clamping: limit.rlim_cur)
    }

    /// The soft limit of open descriptors that we were started with; nil if it was never raised.
    static var formerDescriptorLimit: UInt64? { former.withLock { $0 } }

    /// How many descriptors this process may have open.
    static var descriptorLimit: Int {
        var limit = rlimit()
        guard unsafe getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit) == 0 else { return 0 }
        return Int(clamping: limit.rlim_cur)
    }

    /// No core dump and no debugger of another user: keys stay in memory (prctl(2), PR_SET_DUMPABLE).
    public static func forbidCoreDumps() {
        _ = limpet_forbid_core_dumps()
    }

    /// The number of processors that this process may run on.
    public static var processorCount: Int {
        max(1, Int(limpet_processor_count()))
    }
}
