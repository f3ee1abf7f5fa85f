import Platform
import Testing

struct ProcessTests {
    @Test func `the value of a variable is that behind the whole name`() throws {
        let child = try ChildProcess(
            "/bin/sleep", ["60"],
            environment: [
                "XMARK": "before", "MARKS": "behind", "MARK": "of=all", "EMPTY": "",
                "LARGE": String(repeating: "MARK=", count: 20000),
            ])
        #expect(ProcessTable.variable("MARK", of: child.identifier) == "of=all")
        #expect(ProcessTable.variable("EMPTY", of: child.identifier)?.isEmpty == true)
        #expect(ProcessTable.variable("ARK", of: child.identifier) == nil)
        #expect(ProcessTable.variable("of", of: child.identifier) == nil)
        #expect(ProcessTable.variable("LARGE", of: child.identifier)?.utf8.count == 100_000)
    }

    @Test func `a signal reaches who bears the mark, and nobody else`() throws {
        let child = try ChildProcess("/bin/sleep", ["60"], environment: ["MARK": "one"])
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
