internal import Foundation
internal import Glibc
internal import Platform
internal import TestSupport
internal import Testing

/// What `limpet status --history` says of each fault: the right status, why, and when.
@Suite(.logOnFailure) struct StatusHistoryTests {
    /// Between which moments of the wall clock something has happened, as this process saw it.
    private struct Occurrence {
        /// The gateway's two clocks are translated to the millisecond.
        static let tolerance: UInt64 = 2

        let begin: UInt64
        private(set) var end = UInt64.max

        init() {
            begin = WallTime.nowMilliseconds
        }

        mutating func close() {
            end = WallTime.nowMilliseconds
        }

        func contains(_ moment: UInt64) -> Bool {
            moment + Self.tolerance >= begin && (end == .max || moment <= end + Self.tolerance)
        }
    }

    /// Expects the last changes of a service to be `expected`, all within `occurrence`, in order, and its present status to be
    /// what the last one of them has made of it.
    private func expect(
        _ expected: [(from: String, to: String, cause: String)], of service: NodeService,
        within occurrence: Occurrence, _ stage: NodeStage, sourceLocation: SourceLocation = #_sourceLocation
    ) throws {
        let told = try stage.status(of: service)
        let changes = told.history.suffix(expected.count)
        try #require(changes.count == expected.count, "\(told)", sourceLocation: sourceLocation)
        for (change, expected) in zip(changes, expected) {
            #expect(
                change.from == expected.from && change.to == expected.to
                    && change.cause.hasPrefix(expected.cause), "\(change)", sourceLocation: sourceLocation)
            #expect(
                occurrence.contains(change.at), "\(change) of \(occurrence)", sourceLocation: sourceLocation)
        }
        let times = told.history.map(\.at)
        #expect(times == times.sorted(), sourceLocation: sourceLocation)
        let last = try #require(changes.last)
        #expect(told.status == last.to && told.cause == last.cause, sourceLocation: sourceLocation)
        // Each is translated when it is asked for.
        let difference = max(told.since, last.at) - min(told.since, last.at)
        #expect(difference <= Occurrence.tolerance, "\(told)", sourceLocation: sourceLocation)
    }

    @Test func `a service that hangs, and one that goes on`() throws {
        try withNodeStage { stage in
            let service = stage.services[0]
            try stage.waitUntilRunning()
            let process = stage.process(of: service)
            var hang = Occurrence()
            kill(process, SIGSTOP)
            defer { kill(process, SIGCONT) }
            try stage.wait(for: "running -> notRunning (probe failed", of: service)
            hang.close()
            try expect(
                [("running", "notRunning", "probe failed: ")], of: service, within: hang, stage)
            var rise = Occurrence()
            kill(process, SIGCONT)
            try stage.wait(for: "-> running", of: service, times: 2)
            rise.close()
            try expect([("starting", "running", "probe succeeded")], of: service, within: rise, stage)
            #expect(stage.process(of: service) == process)
        }
    }

    @Test func `a service whose watchdog is silent`() throws {
        var plan = NodePlan()
        plan.announcing = [0]
        let watchdog: UInt64 = 1000
        plan.single[0] = ["watchdog": "\(watchdog)ms"]
        try withNodeStage(plan) { stage in
            let service = stage.services[0]
            #expect(stage.waitForProcess(of: service) > 0)
            let incarnation = try stage.status(of: service).incarnation
            // It feeds its watchdog from the moment on at which it is ready: never.
            var silence = Occurrence()
            service.order("notify READY=1")
            try stage.wait(for: "-> notRunning (watchdog silent)", of: service)
            try stage.wait(for: "notRunning -> starting (process restarting: watchdog silent)", of: service)
            silence.close()
            let history = try stage.status(of: service).history
            let place = try #require(history.lastIndex { $0.cause == "watchdog silent" })
            #expect(history[place].to == "notRunning")
            #expect(history[place].at + 2 >= silence.begin + watchdog, "\(history) of \(silence)")
            let next = try #require(history.indices.contains(place + 1) ? history[place + 1] : nil)
            #expect(next.to == "starting" && next.cause == "process restarting: watchdog silent")
            for change in [history[place], next] {
                #expect(silence.contains(change.at), "\(change) of \(silence)")
            }
            // The next process says nothing until it is told to: nothing more happens, but that it is another one.
            #expect(try Deadline().poll { try stage.status(of: service).incarnation == incarnation + 1 })
        }
    }

    @Test func `a service that exits with a code`() throws {
        var plan = NodePlan()
        // So that what the end makes of it stays until the test tells it to go on.
        plan.announcing = [0]
        try withNodeStage(plan) { stage in
            let service = stage.services[0]
            service.order("notify READY=1")
            try stage.waitUntilRunning()
            let process = stage.process(of: service)
            let incarnation = try stage.status(of: service).incarnation
            var end = Occurrence()
            service.order("exit 3")
            try stage.wait(for: "running -> starting (process restarting: exit code 3)", of: service)
            end.close()
            #expect(stage.waitForProcess(of: service, after: process) != process)
            let history = try stage.status(of: service).history
            let fall = try #require(history.last { $0.cause == "process restarting: exit code 3" })
            #expect(fall.from == "running" && fall.to == "starting" && end.contains(fall.at), "\(fall)")
            var rise = Occurrence()
            service.order("notify READY=1")
            try stage.wait(for: "-> running", of: service, times: 2)
            rise.close()
            try expect([("starting", "running", "")], of: service, within: rise, stage)
            #expect(try stage.status(of: service).incarnation == incarnation + 1)
        }
    }

    @Test func `a service that crashes in a loop`() throws {
        var plan = NodePlan()
        plan.prepare = { services, folder in
            let path = String(services[0].endpoint.text.dropFirst("unix:".count))
            let script = "test ! -e \(folder.file("broken")) || exit 7; exec \\\"$@\\\""
            let program = services[0].run(at: path).dropFirst()
            return [
                .init(settings: [
                    "restart": "{ delay: 10ms, burst: 3, rest: 1h }",
                    "run": "[/bin/sh, -c, \"\(script)\", sh, \(program)",
                ])
            ]
        }
        try withNodeStage(plan) { stage in
            let (service, other) = (stage.services[0], stage.services[1])
            try stage.waitUntilRunning()
            let incarnation = try stage.status(of: service).incarnation
            var loop = Occurrence()
            try stage.folder.write("", to: "broken")
            service.order("exit 7")
            try stage.wait(for: "starting -> notRunning (no process: exit code 7)", of: service)
            loop.close()
            try expect(
                [
                    ("running", "starting", "process restarting: exit code 7"),
                    ("starting", "starting", "process restarting: exit code 7"),
                    ("starting", "notRunning", "no process: exit code 7"),
                ], of: service, within: loop, stage)
            // It was started three times, the first one well, and then it rests.
            let told = try stage.status(of: service)
            #expect(told.incarnation == incarnation + 2)
            #expect(told.says.hasPrefix("started 3 times: rests for "), "\(told)")
            #expect(try stage.status(of: other).history.count == 1)
        }
    }
}
