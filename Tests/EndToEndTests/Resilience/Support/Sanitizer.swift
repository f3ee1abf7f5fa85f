internal import Glibc

/// The sanitizer that the tests, and with them the gateway beside them, were built with.
enum Sanitizer {
    /// The sanitizers by their first function, and whether each is here.
    static let presence = [
        "__asan_init": unsafe dlsym(nil, "__asan_init") != nil,
        "__tsan_init": unsafe dlsym(nil, "__tsan_init") != nil,
    ]

    /// Whether there is one: memory is watched byte by byte, or every access recorded, and both cost several times the
    /// time and the memory.
    static let isActive = presence.values.contains(true)

    /// Whether it is the one for threads, which needs descriptors of its own to name what it finds.
    static let needsDescriptors = presence["__tsan_init"] == true

    /// A number of clients: `count`, or a part of it where each costs so much more.
    static func scaled(_ count: Int) -> Int {
        isActive ? max(1, count / 10) : count
    }
}
