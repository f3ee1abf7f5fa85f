internal import CLinux

/// A log that never grows beyond its limit: then it becomes `path.1`, that one `path.2`, and the oldest goes.
public struct RotatingFile: ~Copyable {
    private let path: String
    private let limitBytes: Int
    private let kept: Int
    private var file: AppendFile
    private var size: Int

    /// Opens, or creates, the file at `path`.
    ///
    /// - Parameters:
    ///   - path: where it is.
    ///   - limitBytes: how large it may become; at least one byte.
    ///   - kept: how many older ones stay.
    /// - Throws: what stands against opening it.
    public init(path: String, limitBytes: Int, kept: Int) throws(SystemError) {
        file = try AppendFile(path: path)
        self.path = path
        self.limitBytes = max(1, limitBytes)
        self.kept = max(0, kept)
        size = Self.size(of: path)
    }

    /// Writes all of `bytes`; a piece is never torn apart by a rotation, unless it is larger than the limit alone.
    public mutating func append(_ bytes: Span<UInt8>) throws(SystemError) {
        if size > 0, size + bytes.count > limitBytes { try rotate() }
        try file.append(bytes)
        size += bytes.count
    }

    private mutating func rotate() throws(SystemError) {
        if kept == 0 {
            _ = unsafe unlink(path)
        } else if Self.exists(path) {
            // What follows may fail, and is tried again at the next piece: older logs must not move for that. So only as many
            // do as are in the way, and none if there is nothing to put aside, since somebody else has done so.
            let place = (1..<kept).first { !Self.exists("\(path).\($0)") } ?? kept
            for number in stride(from: place - 1, to: 0, by: -1) {
                _ = unsafe rename("\(path).\(number)", "\(path).\(number + 1)")
            }
            guard unsafe rename(path, "\(path).1") == 0 || limpet_errno() == ENOENT else {
                throw .last("rename")
            }
        }
        file = try AppendFile(path: path)
        size = Self.size(of: path)
    }

    private static func exists(_ path: String) -> Bool {
        unsafe access(path, F_OK) == 0
    }

    private static func size(of path: String) -> Int {
        var information = stat()
        return unsafe stat(path, &information) == 0 ? Int(information.st_size) : 0
    }
}
