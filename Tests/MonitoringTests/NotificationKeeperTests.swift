import Configuration
import Glibc
import StatusFrames
import Testing

@testable import Monitoring
@testable import Platform

/// The notify socket of an instance, while somebody else holds it.
struct NotificationKeeperTests {
    private let path = "/tmp/limpet-test-\(SecureRandom.word()).sock"

    /// Says it to whoever listens.
    private func say(_ text: String) {
        ServiceNotifier(path: path).status(text)
    }

    @Test func `a socket that another gateway holds is opened as soon as that lets go of it, and heard`()
        throws
    {
        defer { SocketFile.remove(path) }
        let test = try TestLoop()
        let configuration = NotificationConfiguration(socket: path)
        let former = try NotificationListener(
            configuration, loop: test.loop, heard: { _ in }, silent: {}, refused: { _ in })
        var (attempts, reasons, texts): (Int, [String], [String]) = (0, [], [])
        let keeper = NotificationKeeper(
            configuration, loop: test.loop,
            open: { configuration in
                attempts += 1
                return try NotificationListener(
                    configuration, loop: test.loop, heard: { texts.append($0.status ?? "") }, silent: {},
                    refused: { texts.append($0) })
            },
            failed: { reasons.append($0) })
        #expect(try test.run { attempts == 3 })
        #expect(reasons.count == 1, "each reason is told once: \(reasons)")
        former.stop()
        #expect(try test.run { attempts == 4 })
        say("here")
        #expect(try test.run { texts == ["here"] })
        #expect(attempts == 4)
        keeper.stop()
        #expect(test.handlerCount == 0)
        #expect(unsafe access(path, F_OK) != 0)
    }

    @Test func `who stops before the socket could be opened leaves it alone`() throws {
        defer { SocketFile.remove(path) }
        let test = try TestLoop()
        let configuration = NotificationConfiguration(socket: path)
        var texts: [String] = []
        let former = try NotificationListener(
            configuration, loop: test.loop, heard: { texts.append($0.status ?? "") }, silent: {},
            refused: { _ in })
        let keeper = NotificationKeeper(
            configuration, loop: test.loop,
            open: { configuration in
                try NotificationListener(
                    configuration, loop: test.loop, heard: { _ in }, silent: {}, refused: { _ in })
            }, failed: { _ in })
        keeper.stop()
        #expect(test.handlerCount == 1)
        say("still")
        #expect(try test.run { texts == ["still"] })
        former.stop()
    }
}
