internal import CLinux

/// A small file that holds a secret.
public enum SecretFile {
    /// A secret has at most this many bytes.
    public static let maximumBytes = 4096
    /// A secret has at least this many bytes.
    public static let minimumBytes = 16

    /// All bytes of the file at `path`; throws EINVAL if they are too few, EFBIG if they are too many.
    public static func read(_ path: String) throws(SystemError) -> [UInt8] {
        let number = unsafe limpet_open_read(path)
        guard number >= 0 else { throw .last("open") }
        let descriptor = Descriptor(adopting: number)
        var bytes = [UInt8](repeating: 0, count: maximumBytes + 1)
        let count = unsafe bytes.withUnsafeMutableBytes {
            unsafe CLinux.read(descriptor.number, $0.baseAddress, $0.count)
        }
        guard count >= 0 else { throw .last("read") }
        guard count >= minimumBytes else { throw SystemError("read", number: EINVAL) }
        guard count <= maximumBytes else { throw SystemError("read", number: EFBIG) }
        bytes.removeLast(bytes.count - count)
        return bytes
    }
}
