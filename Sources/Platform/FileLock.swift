internal import CLinux

/// A file that one process holds at a time, until it ends in whatever way (fcntl(2), F_SETLK).
public struct FileLock: ~Copyable, Sendable {
    private let descriptor: Descriptor

    /// Takes the lock; throws EAGAIN or EACCES if another process holds it.
    public init(path: String) throws(SystemError) {
        let number = unsafe limpet_lock_file(path)
        guard number >= 0 else { throw .last("lock") }
        descriptor = Descriptor(adopting: number)
    }
}

extension SystemError {
    /// Whether another process holds the lock.
    public var isLocked: Bool { number == EAGAIN || number == EACCES }
    /// Whether the address belongs to somebody else already (EADDRINUSE).
    public var isAddressTaken: Bool { number == EADDRINUSE }
    /// Whether there is nobody yet, or no more: no socket, or nobody who listens at it.
    public var isAbsence: Bool { number == ECONNREFUSED || number == ENOENT }
}
