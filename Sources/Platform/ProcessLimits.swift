internal import CLinux

/// What the kernel grants this process and what it must not show.
public enum ProcessLimits {
    /// Raises the soft limit of open descriptors to the hard one; returns it.
    public static func raiseDescriptorLimit() -> Int {
        var limit = rlimit()
        guard unsafe getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit) == 0 else { return 0 }
        limit.rlim_cur = limit.rlim_max
        _ = unsafe setrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit)
        return Int(clamping: limit.rlim_cur)
    }

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
