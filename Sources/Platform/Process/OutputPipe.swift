internal import CLinux

/// A named pipe (fifo(7)) that takes the output of a service: it outlives both ends, so that neither a reader that starts
/// anew nor one that is away for a moment costs a line or breaks the writer.
public struct OutputPipe: ~Copyable, Sendable {
    /// Where it is.
    public let path: String
    private let descriptor: Descriptor

    /// Opens the pipe at `path`, or makes it, for `identity` to write to.
    public init(path: String, identity: ProcessIdentity?) throws(SystemError) {
        if unsafe mkfifo(path, 0o600) != 0, limpet_errno() != EEXIST { throw .last("mkfifo") }
        let number = unsafe limpet_open_pipe_file(path, 1)
        guard number >= 0 else { throw .last("open") }
        let descriptor = Descriptor(adopting: number)
        var information = stat()
        guard unsafe fstat(number, &information) == 0 else { throw .last("fstat") }
        guard information.st_mode & UInt32(S_IFMT) == UInt32(S_IFIFO) else {
            throw SystemError("mkfifo", number: EEXIST)
        }
        if let identity, fchown(number, identity.user, identity.group) != 0 {
            throw .last("give its output to the user")
        }
        self.descriptor = descriptor
        self.path = path
    }

    /// What to register with a poller, for reading.
    public var number: Int32 { descriptor.number }

    /// A writing end for a process, which blocks while the pipe is full. The service holds a reading end with it, and so
    /// is never told that nobody reads.
    public func writer() throws(SystemError) -> Descriptor {
        let number = unsafe limpet_open_pipe_file(path, 0)
        guard number >= 0 else { throw .last("open") }
        return Descriptor(adopting: number)
    }

    /// Reads what is there into `bytes`; how many came, 0 for nothing.
    public func read(into bytes: inout [UInt8]) -> Int {
        while true {
            let count = unsafe bytes.withUnsafeMutableBytes {
                unsafe CLinux.read(descriptor.number, $0.baseAddress, $0.count)
            }
            if count >= 0 { return count }
            if limpet_errno() != EINTR { return 0 }
        }
    }
}
