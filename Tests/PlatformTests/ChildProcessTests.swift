import Platform
import Testing

struct ChildProcessTests {
    @Test func `a program that ends by itself tells how`() throws {
        let child = try ChildProcess("/bin/sh", ["-c", "exit 7"])
        #expect(child.wait(until: .now + .seconds(20)) == .exited(7))
        #expect(!child.isRunning)
    }

    @Test func `a killed program is waited for once, and its end is remembered`() throws {
        let child = try ChildProcess("/bin/sleep", ["60"])
        #expect(child.isRunning)
        #expect(child.kill() == .killed(9))
        #expect(child.stop(grace: .seconds(1)) == .killed(9))
    }

    @Test func `a program that stops on TERM is not killed`() throws {
        let child = try ChildProcess("/bin/sleep", ["60"])
        #expect(child.stop(grace: .seconds(20)) == .killed(15))
    }

    @Test func `who hears nothing from a program says so in time`() throws {
        let receiver = try NotificationReceiver(path: "/tmp/limpet-notify-\(SecureRandom.word())")
        let message = receiver.next(until: .now)
        #expect(message == nil)
        let isReady = receiver.wait(for: "READY=1", until: .now + .milliseconds(20))
        #expect(!isReady)
    }

    @Test func `a program inherits the descriptors that it is given, its environment, and nothing else`()
        throws
    {
        let listener = try Socket.listen(
            on: .ip(IPAddress(v4: 0x7f00_0001), port: 0), backlog: 1, sharesPort: false)
        let child = try ChildProcess(
            "/bin/sh", ["-c", "test -S /dev/fd/3 && test ! -e /dev/fd/4 && test \"$WORD\" = right"],
            environment: ["WORD": "right"], descriptors: [nil, nil, nil, listener.number])
        #expect(child.wait(until: .now + .seconds(20)) == .exited(0))
    }

    @Test func `a program that is not there cannot be started`() {
        #expect(throws: SystemError("posix_spawn", number: 2)) { _ = try ChildProcess("/nowhere/limpet", []) }
    }

    @Test func `a reserved port refuses connections until its owner listens`() throws {
        let reservation = try Socket.reserve(.ip(IPAddress(v4: 0x7f00_0001), port: 0))
        let address = try #require(Socket.localAddress(reservation.number))
        #expect(throws: SystemError.self) {
            let client = try Socket.connect(to: address)
            #expect(Socket.waitReadable(client.number, until: .now + .seconds(20)))
            if let error = Socket.pendingError(client.number) { throw error }
        }
        let listener = try Socket.listen(on: address, backlog: 1, sharesPort: true)
        let source = SocketAddress.ip(IPAddress(v4: 0x7f00_0002), port: 0)
        let client = try Socket.connect(to: address, from: source)
        #expect(Socket.waitReadable(listener.number, until: .now + .seconds(20)))
        #expect(Socket.localAddress(client.number)?.ip == source.ip)
    }
}
