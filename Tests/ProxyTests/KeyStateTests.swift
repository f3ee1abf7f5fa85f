import Foundation
import Glibc
import Platform
import TLS
import TestSupport
import Testing

@testable import Proxy

/// What the file of ticket keys is sealed under, and who can open it.
struct KeyStateTests {
    private let folder: TemporaryFolder
    private let memory = MemoryFolder()
    private let ring: TicketKeyRing

    init() throws {
        folder = try TemporaryFolder()
        ring = try TicketKeyRing(rotation: .seconds(3600), keptKeys: 3)
    }

    private var path: String { folder.file("keys.state") }
    private var secret: String { "\(memory.path)/\(SealSecret.name(for: path))" }

    private func state() -> KeyState {
        KeyState(path: path, sealedIn: [memory.path])
    }

    /// Whether the gateway that comes next would have the keys of ours.
    private func comesBack(_ state: KeyState) throws -> Bool {
        let next = try TicketKeyRing(rotation: .seconds(3600), keptKeys: 3)
        state.restore(next)
        return next.snapshot() == ring.snapshot()
    }

    @Test func `the next gateway opens the file by the secret in memory, which is ours alone`() throws {
        let first = state()
        #expect(first.warning == nil)
        #expect(first.save(ring) == nil)
        #expect(try comesBack(state()))
        let attributes = try FileManager.default.attributesOfItem(atPath: secret)
        #expect(attributes[.posixPermissions] as? Int == 0o600)
        #expect(try FileManager.default.contentsOfDirectory(atPath: memory.path).count == 1)
    }

    @Test func `a file that another secret has sealed does not open`() throws {
        #expect(state().save(ring) == nil)
        let kept = FileManager.default.contents(atPath: secret)
        #expect(unsafe unlink(secret) == 0)
        #expect(try !comesBack(state()))
        // It was that, and nothing else.
        let bytes = try #require(kept)
        try PrivateFile.replace(secret, with: Array(bytes).span)
        #expect(try comesBack(state()))
    }

    @Test func `a file that the boot ID alone has sealed does not open where there is a secret`() throws {
        #expect(KeyState(path: path, sealedIn: []).save(ring) == nil)
        #expect(try comesBack(KeyState(path: path, sealedIn: [])))
        #expect(try !comesBack(state()))
    }

    @Test func `without a folder in memory the keys are kept, and the warning says what that means`() throws {
        let state = KeyState(path: path, sealedIn: ["/proc/limpet"])
        let warning = try #require(state.warning)
        #expect(warning.contains("sealed under the boot ID alone"))
        #expect(warning.contains("/proc/limpet; name one as tls.ticket-keys.seal"))
        #expect(state.save(ring) == nil)
        #expect(try comesBack(KeyState(path: path, sealedIn: ["/proc/limpet"])))
    }

    @Test(arguments: [0o644, 0o660, 0o604])
    func `a secret that others can read is refused, and nothing is kept`(mode: mode_t) throws {
        #expect(state().save(ring) == nil)
        let sealed = FileManager.default.contents(atPath: path)
        #expect(unsafe chmod(secret, mode) == 0)
        let next = state()
        #expect(try !comesBack(next))
        #expect(next.save(ring) == "\(secret): open: Operation not permitted")
        #expect(FileManager.default.contents(atPath: path) == sealed)
    }

    @Test(.enabled(if: geteuid() == 0, "needs root, to give a file away"))
    func `a secret of another user is refused, and nothing is kept`() throws {
        #expect(state().save(ring) == nil)
        #expect(unsafe chown(secret, 65534, 65534) == 0)
        let next = state()
        #expect(try !comesBack(next))
        #expect(next.save(ring) == "\(secret): open: Operation not permitted")
    }

    @Test(arguments: [0, 31, 33])
    func `a secret of another length is refused`(count: Int) throws {
        _ = state()
        try PrivateFile.replace(secret, with: [UInt8](repeating: 7, count: count).span)
        #expect(state().save(ring) == "\(secret): read: Invalid argument")
    }

    @Test func `a link in the place of the secret is not followed`() throws {
        _ = state()
        let elsewhere = folder.file("elsewhere")
        #expect(unsafe rename(secret, memory.path + "/other") == 0)
        #expect(unsafe symlink(elsewhere, secret) == 0)
        #expect(state().save(ring)?.contains("open: Too many levels of symbolic links") == true)
        #expect(!FileManager.default.fileExists(atPath: elsewhere))
    }

    @Test func `the first folder in memory that is ours has the secret`() throws {
        let open = MemoryFolder()
        #expect(unsafe mkdir(open.path, 0o700) == 0 && chmod(open.path, 0o777) == 0)
        let folders = ["/proc/limpet", open.path, memory.path + "/not/there", memory.path]
        #expect(try SealSecret.find(for: path, in: folders) != nil)
        #expect(FileManager.default.fileExists(atPath: secret))
        #expect(try FileManager.default.contentsOfDirectory(atPath: open.path).isEmpty)
    }

    @Test func `gateways with state files of their own share a folder`() throws {
        let other = KeyState(path: folder.file("other.state"), sealedIn: [memory.path])
        #expect(state().save(ring) == nil && other.save(ring) == nil)
        #expect(try FileManager.default.contentsOfDirectory(atPath: memory.path).count == 2)
        #expect(try comesBack(state()))
    }
}
