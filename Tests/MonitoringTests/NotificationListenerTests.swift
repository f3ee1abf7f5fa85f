import Configuration
import Glibc
import StatusFrames
import Synchronization
import Testing

@testable import Monitoring
@testable import Platform

/// The notify socket of an instance that nobody here starts.
struct NotificationListenerTests {
    private let path = "/tmp/limpet-test-\(SecureRandom.word()).sock"

    /// Says something, and passes so many descriptors along.
    private func say(_ text: String, passing count: Int = 0) throws {
        let program = """
            import os, socket, sys
            outlet = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
            outlet.connect(sys.argv[2])
            pipes = [os.pipe()[1] for _ in range(int(sys.argv[3]))]
            socket.send_fds(outlet, [sys.argv[1].encode()], pipes) if pipes else outlet.send(sys.argv[1].encode())
            """
        let speaker = try ChildProcess("/usr/bin/python3", ["-c", program, text, path, "\(count)"])
        #expect(speaker.wait(until: .now + .seconds(20)) == .exited(0))
    }

    @Test
    func `while descriptors wait to be closed nothing is taken, nobody counts as silent, and the loop rests`()
        throws
    {
        defer { SocketFile.remove(path) }
        let isOpen = Atomic(false)
        let test = try TestLoop()
        var configuration = NotificationConfiguration(socket: path)
        configuration.watchdog = .milliseconds(150)
        var texts: [String] = []
        var silences = 0
        let listener = try NotificationListener(
            configuration, loop: test.loop,
            open: { path in
                let hold: @Sendable (Int32) -> Void = { number in
                    let limit = MonotonicTime.now + .seconds(60)
                    while !isOpen.load(ordering: .acquiring), MonotonicTime.now < limit { sched_yield() }
                    Descriptor.close(number)
                }
                return try NotificationSocket(
                    path: path, isForAll: true, closer: DescriptorCloser(limit: 2, close: hold),
                    strangersCloser: DescriptorCloser())
            },
            heard: { texts.append($0.status ?? "") }, silent: { silences += 1 }, refused: { texts.append($0) }
        )
        defer { isOpen.store(true, ordering: .releasing) }
        try say("READY=1\nSTATUS=first", passing: 2)
        #expect(try test.run { texts.count == 1 })
        try say("STATUS=second")
        var turns = 0
        _ = try test.run(for: .milliseconds(500)) {
            turns += 1
            return false
        }
        #expect(texts == ["first"] && silences == 0)
        #expect(turns < 100, "it spins")
        isOpen.store(true, ordering: .releasing)
        #expect(try test.run { texts == ["first", "second"] })
        #expect(try test.run { silences == 1 })
        listener.stop()
        #expect(test.handlerCount == 0)
    }
}
