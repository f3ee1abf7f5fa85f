internal import Glibc

/// The sanitizer that the tests, and with them the gateway beside them, were built with.
enum Sanitizer {
    /// The sanitizers, each by a function that only code built for it calls, and whether it is here.
    static let presence = [
        "__asan_report_load1": unsafe dlsym(nil, "__asan_report_load1") != nil,
        "__tsan_func_entry": unsafe dlsym(nil, "__tsan_func_entry") != nil,
    ]

    /// Whether there is one: memory is watched byte by byte, or every access recorded, and both cost several times the
    /// time and the memory.
    static let isActive = presence.values.contains(true)

    /// Whether it is the one for threads, which needs descriptors of its own to name what it finds.
    static let needsDescriptors = presence["__tsan_func_entry"] == true

    /// A number of clients: `count`, or a part of it where each costs so much more.
    static func scaled(_ count: Int) -> Int {
        isActive ? max(1, count / 10) : count
    }

    /// How much memory may be used: `bytes`, or several times that where freed memory is kept to catch who uses it.
    static func memory(_ bytes: Int) -> Int {
        isActive ? bytes * 8 : bytes
    }
}
