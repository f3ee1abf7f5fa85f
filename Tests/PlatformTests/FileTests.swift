import Glibc
import Platform
import Testing

@Suite struct FileTests {
    /// A path of its own in the temporary directory.
    private let path = "/tmp/limpet-test-\(SecureRandom.word())"

    private func write(_ count: Int) throws {
        let file = try AppendFile(path: path)
        try file.append([UInt8](repeating: 0x61, count: count).span)
    }

    private func exists() -> Bool {
        unsafe access(path, F_OK) == 0
    }

    @Test(arguments: [16, 17, 4096])
    func `a secret is read whole`(count: Int) throws {
        defer { SocketFile.remove(path) }
        try write(count)
        #expect(try SecretFile.read(path) == [UInt8](repeating: 0x61, count: count))
    }

    @Test(arguments: [(0, EINVAL), (15, EINVAL), (4097, EFBIG), (100_000, EFBIG)])
    func `a secret that is too short or too long is refused`(count: Int, number: Int32) throws {
        defer { SocketFile.remove(path) }
        try write(count)
        let refusal = #expect(throws: SystemError.self) { _ = try SecretFile.read(path) }
        #expect(refusal?.number == number)
    }

    @Test func `a secret that is not there is an error`() {
        let refusal = #expect(throws: SystemError.self) { _ = try SecretFile.read(path) }
        #expect(refusal?.number == ENOENT)
        #expect(throws: SystemError.self) { _ = try SecretFile.read("/tmp") }
    }

    @Test func `a log grows at its end and keeps what it had`() throws {
        defer { SocketFile.remove(path) }
        try write(10)
        try write(6)
        #expect(try SecretFile.read(path).count == 16)
    }

    @Test func `a log that cannot be opened is an error`() {
        #expect(throws: SystemError.self) { _ = try AppendFile(path: "/nowhere/at/all") }
    }

    @Test func `a socket that nobody listens on is removed`() throws {
        do {
            _ = try Socket.listen(on: .unix(path: path), backlog: 1, sharesPort: false)
        }
        #expect(exists())
        try SocketFile.removeStale(path)
        #expect(!exists())
    }

    @Test func `a socket that somebody listens on stays`() throws {
        defer { SocketFile.remove(path) }
        let listener = try Socket.listen(on: .unix(path: path), backlog: 1, sharesPort: false)
        let refusal = #expect(throws: SystemError.self) { try SocketFile.removeStale(path) }
        #expect(refusal?.number == EADDRINUSE)
        #expect(exists())
        #expect(listener.number >= 0)
    }

    @Test func `a file that is no socket stays`() throws {
        defer { SocketFile.remove(path) }
        try write(1)
        #expect(throws: SystemError.self) { try SocketFile.removeStale(path) }
        #expect(exists())
    }

    @Test func `where nothing is nothing is removed`() throws {
        try SocketFile.removeStale(path)
        SocketFile.remove(path)
        #expect(!exists())
    }

    @Test func `permissions are set`() throws {
        defer { SocketFile.remove(path) }
        try write(1)
        try SocketFile.setPermissions(path, 0o600)
        var information = stat()
        #expect(unsafe stat(path, &information) == 0)
        #expect(information.st_mode & 0o777 == 0o600)
    }

    @Test(arguments: [S_IFIFO, S_IFSOCK]) func `what is no file is not read as one, and holds nobody up`(
        kind: mode_t
    )
        throws
    {
        defer { SocketFile.remove(path) }
        try #require(unsafe mknod(path, kind | 0o600, 0) == 0)
        #expect(throws: SystemError.self) { _ = try PrivateFile.read(path) }
    }
}
