internal import Foundation
internal import Glibc
internal import TestSupport
internal import Testing

/// Local services whose programs lie where nothing answers, as on a network file system whose server has gone.
@Suite(.logOnFailure) struct UnreachableProgramTests {
    /// Holds whoever opens a file up, or executes it, until it ends: it has a lease on the file and does not give it
    /// back (fcntl(2), F_SETLEASE), which the kernel puts up with for 45 seconds.
    private static let keeper = """
        import fcntl, os, signal, sys, time
        signal.signal(signal.SIGIO, signal.SIG_IGN)
        file = os.open(sys.argv[1], os.O_RDONLY)
        for attempt in range(500):
            try:
                fcntl.fcntl(file, fcntl.F_SETLEASE, fcntl.F_WRLCK)
                break
            except BlockingIOError:
                # Whoever has just written it may have been forked meanwhile.
                time.sleep(0.01)
        open(sys.argv[2], "w").close()
        signal.pause()
        """

    @Test func `programs that cannot be reached do not hold up the node manager and the others`() throws {
        var plan = NodePlan()
        plan.services = 3
        plan.prepare = { services, folder in
            let program = try folder.write("#!/bin/sh\nexec \"$@\"\n", to: "program")
            try #require(unsafe chmod(program, 0o755) == 0)
            let run = services.prefix(2).map { service in
                let path = String(service.endpoint.text.dropFirst("unix:".count))
                return "[\(program), " + service.run(at: path).dropFirst()
            }
            // The first pause is short enough for its clients to wait, the second one is not.
            let restart = "{ delay: 600ms, longest-delay: 1200ms, burst: 100 }"
            return run.map { .init(settings: ["run": $0, "restart": restart]) }
        }
        try withNodeStage(plan) { stage in
            let (unreachable, other) = (stage.services.prefix(2), stage.services[2])
            try stage.waitUntilRunning()
            let keeper = try ChildProcess(
                "/usr/bin/python3",
                ["-c", Self.keeper, stage.folder.file("program"), stage.folder.file("kept")])
            #expect(Deadline().poll { unsafe access(stage.folder.file("kept"), F_OK) == 0 })
            for process in unreachable.map(stage.process(of:)) { kill(process, SIGKILL) }
            let reason = "its program or directory could not be reached in time"
            for service in unreachable {
                try stage.wait(for: "notRunning (no process: start: \(reason))", of: service)
                #expect(stage.nodeLog.contains("\(service.identity): cannot start: \(reason)"))
                let status = try stage.status(of: service)
                #expect(status.status == "notRunning" && status.cause == "no process: start: \(reason)")
                #expect(stage.process(of: service) == 0)
            }
            // A round of both takes longer than a node manager may be silent, and nobody has called it so.
            let failures = {
                stage.nodeLog.split(separator: "\n").count { $0.contains("cannot start: \(reason)") }
            }
            let before = failures()
            #expect(Deadline(in: .seconds(30)).poll { failures() >= before + 4 })
            #expect(stage.transitions(of: other).count == 1)
            keeper.signal(SIGKILL)
            for service in unreachable { try stage.wait(for: "-> running", of: service, times: 2) }
            // What was to become the service and did not is gone.
            let manager = stage.manager
            let list = "/proc/\(manager)/task/\(manager)/children"
            let children = { (try? String(contentsOfFile: list, encoding: .utf8)) ?? "" }
            #expect(
                Deadline().poll { children().split(separator: " ").count == stage.services.count },
                "\(children())")
        }
    }
}
