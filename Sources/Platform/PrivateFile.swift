internal import CLinux

/// Files and folders that only our own user reads and writes.
public enum PrivateFile {
    /// The largest file that is read, in bytes.
    public static let maximumBytes = 16 << 20

    /// Makes a folder of ours, unless it is there; throws EPERM if it belongs to somebody else, or others may write to it.
    public static func makeFolder(_ path: String, permissions: UInt32 = 0o700) throws(SystemError) {
        if unsafe mkdir(path, permissions) != 0, limpet_errno() != EEXIST { throw .last("mkdir") }
        var information = stat()
        guard unsafe stat(path, &information) == 0 else { throw .last("stat") }
        guard information.st_mode & UInt32(S_IFMT) == UInt32(S_IFDIR) else {
            throw SystemError("mkdir", number: ENOTDIR)
        }
        guard information.st_uid == geteuid(), information.st_mode & 0o022 == 0 else {
            throw SystemError("mkdir", number: EPERM)
        }
    }

    /// Makes a folder of ours in memory (tmpfs), unless it is there; false, and nothing is made, where that cannot be.
    public static func makeFolderInMemory(_ path: String) -> Bool {
        let isThere = unsafe access(path, F_OK) == 0
        let parent = path.lastIndex(of: "/").map { path[..<$0] } ?? "."
        let place = isThere ? path : parent.isEmpty ? "/" : String(parent)
        guard unsafe limpet_is_in_memory(place) == 1 else { return false }
        do { try makeFolder(path) } catch { return false }
        return true
    }

    /// Makes a file at `path` (mode 0600) that has all of `bytes` from the beginning; false if something is there.
    public static func create(_ path: String, with bytes: Span<UInt8>) throws(SystemError) -> Bool {
        let draft = "\(path).\(SecureRandom.word()).new"
        let descriptor = try self.draft(draft)
        defer { _ = unsafe unlink(draft) }
        try fill(descriptor.number, with: bytes)
        // Unlike rename(2), it replaces nothing.
        if unsafe link(draft, path) == 0 { return true }
        guard limpet_errno() == EEXIST else { throw .last("link") }
        return false
    }

    /// Puts `bytes` in the place of the file at `path` (mode 0600): a reader sees the old ones or the new ones, whole.
    /// `isDurable`: also after the machine has lost its power.
    public static func replace(
        _ path: String, with bytes: Span<UInt8>, isDurable: Bool = true
    ) throws(SystemError) {
        let draft = path + ".new"
        _ = unsafe unlink(draft)
        let descriptor = try self.draft(draft)
        do {
            try fill(descriptor.number, with: bytes)
        } catch {
            _ = unsafe unlink(draft)
            throw error
        }
        guard !isDurable || fsync(descriptor.number) == 0, unsafe rename(draft, path) == 0 else {
            let error = SystemError.last("rename")
            _ = unsafe unlink(draft)
            throw error
        }
    }

    private static func draft(_ path: String) throws(SystemError) -> Descriptor {
        let number = unsafe limpet_create_private(path)
        guard number >= 0 else { throw .last("open") }
        return Descriptor(adopting: number)
    }

    private static func fill(_ number: Int32, with bytes: Span<UInt8>) throws(SystemError) {
        var done = 0
        while done < bytes.count {
            let rest = bytes.extracting(done..<bytes.count)
            let count = unsafe rest.withUnsafeBytes { unsafe write(number, $0.baseAddress, $0.count) }
            if count < 0, limpet_errno() == EINTR { continue }
            guard count > 0 else { throw .last("write") }
            done += count
        }
    }

    /// All bytes of the file at `path`; nil if there is none. Throws EPERM if it is not ours alone.
    public static func read(_ path: String) throws(SystemError) -> [UInt8]? {
        let number = unsafe limpet_open_private(path)
        guard number >= 0 else {
            if limpet_errno() == ENOENT { return nil }
            throw .last("open")
        }
        let descriptor = Descriptor(adopting: number)
        var information = stat()
        guard unsafe fstat(number, &information) == 0 else { throw .last("fstat") }
        let isFile = information.st_mode & UInt32(S_IFMT) == UInt32(S_IFREG)
        guard isFile, information.st_uid == geteuid(), information.st_mode & 0o077 == 0 else {
            throw SystemError("open", number: EPERM)
        }
        guard information.st_size <= maximumBytes else { throw SystemError("read", number: EFBIG) }
        var bytes = [UInt8](repeating: 0, count: Int(information.st_size))
        var done = 0
        while done < bytes.count {
            let count = unsafe bytes.withUnsafeMutableBytes {
                unsafe CLinux.read(
                    descriptor.number, $0.baseAddress.map { unsafe $0 + done }, $0.count - done)
            }
            if count < 0, limpet_errno() == EINTR { continue }
            guard count >= 0 else { throw .last("read") }
            guard count > 0 else { break }
            done += count
        }
        bytes.removeLast(bytes.count - done)
        return bytes
    }
}
