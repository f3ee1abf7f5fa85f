internal import Glibc

/// Whether the tests, and with them the gateway beside them, were built with a sanitizer.
enum Sanitizer {
    /// Memory is watched byte by byte, or every access is recorded: both cost several times the time and the memory.
    static let isActive = unsafe dlsym(nil, "__asan_init") != nil || dlsym(nil, "__tsan_init") != nil

    /// A number of clients: `count`, or a part of it where each costs so much more.
    static func scaled(_ count: Int) -> Int {
        isActive ? max(1, count / 10) : count
    }
}
