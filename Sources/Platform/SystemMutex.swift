internal import CLinux

/// The system's mutex (`pthread_mutex_lock(3)`), on a cache line of its own. Swift never looks into it: only its address
/// is handed on.
@usableFromInline
@safe
struct SystemMutex: ~Copyable, Sendable {
    private static let lineBytes = 64

    private nonisolated(unsafe) let mutex: UnsafeMutablePointer<pthread_mutex_t>

    @usableFromInline
    init() {
        let line = UnsafeMutableRawPointer.allocate(byteCount: Self.lineBytes, alignment: Self.lineBytes)
        unsafe mutex = line.initializeMemory(as: pthread_mutex_t.self, to: pthread_mutex_t())
    }

    deinit {
        unsafe pthread_mutex_destroy(mutex)
        unsafe mutex.deallocate()
    }

    @usableFromInline
    func acquire() { unsafe pthread_mutex_lock(mutex) }

    @usableFromInline
    func release() { unsafe pthread_mutex_unlock(mutex) }
}
