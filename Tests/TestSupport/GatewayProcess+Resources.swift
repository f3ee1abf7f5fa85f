internal import Foundation
internal import Glibc

extension GatewayProcess {
    /// Lets it have at most `count` descriptors from now on (the soft limit, by prlimit(1)). Those it has stay.
    public func limitDescriptors(to count: Int) throws {
        let done = try Command("prlimit", ["--pid", "\(child.identifier)", "--nofile=\(count):"])
        guard done.ending == .exited(0) else {
            throw HarnessError.gateway("prlimit failed", log: done.errors)
        }
    }

    /// The highest number among its descriptors; a limit above it leaves room for new ones.
    public var highestDescriptor: Int {
        let names = try? FileManager.default.contentsOfDirectory(atPath: "/proc/\(child.identifier)/fd")
        return (names ?? []).compactMap { Int($0) }.max() ?? 0
    }

    /// How much time it has spent on the processors so far, in user and kernel mode (proc(5), fields 14 and 15).
    public var processorTime: Duration {
        let line = try? String(contentsOfFile: "/proc/\(child.identifier)/stat", encoding: .utf8)
        // The name of the program may hold blanks; behind its bracket nothing does.
        let fields = (line ?? "").split(separator: ")").last?.split(separator: " ") ?? []
        guard fields.count > 12, let user = Int(fields[11]), let system = Int(fields[12]) else {
            return .zero
        }
        return .seconds(user + system) / sysconf(Int32(_SC_CLK_TCK))
    }

    /// Its process identifier.
    public var identifier: Int32 { child.identifier }

    /// Ends it without warning (KILL), and waits until it is gone.
    public func kill() {
        child.signal(SIGKILL)
        _ = child.wait()
    }

    /// Whether it runs.
    public var isRunning: Bool {
        child.isRunning
    }
}
