import Glibc
import Platform
import Testing

struct ProcessTests {
    /// A program that runs until its input ends. What starts a program returns as soon as the new one has taken the place
    /// of the old one, and the kernel lays out its environment only after that: what the program itself answers comes later.
    private final class Echo {
        let process: ChildProcess
        private let line: Int32

        init(_ environment: [String: String]) throws {
            var ends: [Int32] = [0, 0]
            let kind = Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue)
            try #require(unsafe socketpair(AF_UNIX, kind, 0, &ends) == 0)
            line = ends[0]
            defer { Glibc.close(ends[1]) }
            process = try ChildProcess(
                "/bin/cat", [], environment: environment, descriptors: [ends[1], ends[1]])
            try #require(unsafe write(line, "x", 1) == 1)
            try #require(Socket.waitReadable(line, until: .now + .seconds(20)))
        }

        deinit {
            Glibc.close(line)
        }
    }

    @Test func `the value of a variable is that behind the whole name`() throws {
        let echo = try Echo([
            "XMARK": "before", "MARKS": "behind", "MARK": "of=all", "EMPTY": "",
            "LARGE": String(repeating: "MARK=", count: 20000),
        ])
        let child = echo.process
        #expect(ProcessTable.variable("MARK", of: child.identifier) == "of=all")
        #expect(ProcessTable.variable("EMPTY", of: child.identifier)?.isEmpty == true)
        #expect(ProcessTable.variable("ARK", of: child.identifier) == nil)
        #expect(ProcessTable.variable("of", of: child.identifier) == nil)
        #expect(ProcessTable.variable("LARGE", of: child.identifier)?.utf8.count == 100_000)
    }

    @Test func `a signal reaches who bears the mark, and nobody else`() throws {
        let echo = try Echo(["MARK": "one"])
        let child = echo.process
        #expect(!ProcessDescriptor.signal(9, to: child.identifier, bearing: "MARK", "other"))
        #expect(!ProcessDescriptor.signal(9, to: child.identifier, bearing: "KRAM", "one"))
        #expect(child.isRunning)
        #expect(ProcessDescriptor.signal(9, to: child.identifier, bearing: "MARK", "one"))
        #expect(child.wait(until: .now + .seconds(20)) == .killed(9))
        #expect(!ProcessDescriptor.signal(9, to: child.identifier, bearing: "MARK", "one"))
    }

    @Test func `a process has a parent, and one that is gone has none`() throws {
        let child = try ChildProcess("/bin/sleep", ["60"])
        #expect(ProcessTable.parent(of: child.identifier) == ProcessTable.ourIdentifier)
        child.kill()
        #expect(ProcessTable.parent(of: child.identifier) == nil)
    }
}
