internal import CLinux

/// The file that a listening UNIX socket leaves in the file system (unix(7)).
public enum SocketFile {
    /// Removes a socket that nobody listens on any more; throws EADDRINUSE if somebody does, or if it is no socket.
    public static func removeStale(_ path: String) throws(SystemError) {
        var information = stat()
        guard unsafe lstat(path, &information) == 0 else { return }
        guard information.st_mode & UInt32(S_IFMT) == UInt32(S_IFSOCK) else {
            throw SystemError("bind", number: EADDRINUSE)
        }
        do {
            _ = try Socket.connect(to: .unix(path: path))
        } catch {
            guard error.number == ECONNREFUSED else { throw error }
            remove(path)
            return
        }
        throw SystemError("bind", number: EADDRINUSE)
    }

    /// Sets the permission bits of the file.
    public static func setPermissions(_ path: String, _ bits: UInt32) throws(SystemError) {
        guard unsafe chmod(path, bits) == 0 else { throw .last("chmod") }
    }

    /// Removes the file.
    public static func remove(_ path: String) {
        _ = unsafe unlink(path)
    }
}
