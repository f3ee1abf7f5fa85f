internal import CLinux

/// A file that is only ever appended to, by one thread: a log.
public struct AppendFile: ~Copyable, Sendable {
    private let descriptor: Descriptor

    /// Opens, or creates with mode 0640, the file at `path`.
    public init(path: String) throws(SystemError) {
        let number = unsafe limpet_open_append(path)
        guard number >= 0 else { throw .last("open") }
        descriptor = Descriptor(adopting: number)
    }

    private init(_ descriptor: consuming Descriptor) {
        self.descriptor = descriptor
    }

    /// Our standard output, under a number of its own.
    public static func standardOutput() throws(SystemError) -> AppendFile {
        let number = limpet_duplicate(1)
        guard number >= 0 else { throw .last("dup") }
        return AppendFile(Descriptor(adopting: number))
    }

    /// Writes all of `bytes`, and waits if the kernel is slow.
    public borrowing func append(_ bytes: Span<UInt8>) throws(SystemError) {
        var failure: SystemError?
        unsafe bytes.withUnsafeBytes { buffer in
            var done = 0
            while done < buffer.count, let base = buffer.baseAddress {
                let count = unsafe write(descriptor.number, base + done, buffer.count - done)
                if count >= 0 {
                    done += count
                } else if limpet_errno() == EAGAIN {
                    limpet_wait_writable(descriptor.number)
                } else if limpet_errno() != EINTR {
                    failure = .last("write")
                    return
                }
            }
        }
        if let failure { throw failure }
    }
}
