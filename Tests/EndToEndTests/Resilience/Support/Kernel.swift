internal import Glibc

/// What these tests ask of the kernel.
enum Kernel {
    /// Lets a socket hold at most about `bytes` that nobody has read (socket(7)).
    static func setReceiveBuffer(of descriptor: Int32, to bytes: Int32) {
        var value = bytes
        let size = socklen_t(MemoryLayout<Int32>.size)
        _ = unsafe setsockopt(descriptor, SOL_SOCKET, SO_RCVBUF, &value, size)
    }
}
