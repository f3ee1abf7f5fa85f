internal import Foundation
public import Glibc
internal import Platform

/// A program started by a test. It inherits exactly the descriptors that it is given, runs in a process group of
/// its own, and is killed when its owner forgets it.
public final class ChildProcess: Sendable {
    /// How a program ended.
    public enum Ending: Sendable, Equatable {
        /// It exited with this code.
        case exited(Int32)
        /// A signal with this number ended it.
        case killed(Int32)
    }

    /// The process identifier, and that of its group.
    public let identifier: pid_t
    private let ending: Watched<Ending?>

    /// Starts `path`. `descriptors[n]` becomes descriptor n of the child; nil becomes /dev/null.
    /// `environment` is laid over the environment of the test.
    public init(
        _ path: String, _ arguments: [String], environment: [String: String] = [:],
        descriptors: [Int32?] = [nil, nil, nil]
    ) throws {
        let merged = ProcessInfo.processInfo.environment.merging(environment) { _, ours in ours }
        let started = try Self.spawn(
            path, [path] + arguments, merged.map { "\($0.key)=\($0.value)" }, descriptors)
        let watched = Watched<Ending?>(nil)
        identifier = started
        ending = watched
        Thread.detachNewThread { Self.reap(started, into: watched) }
    }

    deinit {
        signal(SIGKILL)
    }

    /// The program's end, or nil when it still runs at the deadline.
    public func wait(until deadline: Deadline = Deadline()) -> Ending? {
        ending.wait(until: deadline) { $0 }
    }

    /// Whether it has not ended yet.
    public var isRunning: Bool {
        ending.value == nil
    }

    /// Sends a signal; nothing happens once the program has ended.
    public func signal(_ number: Int32) {
        ending.change { ending in
            if ending == nil { _ = kill(identifier, number) }
        }
    }

    /// Whether a process of its group is left: itself, or a child that it left behind.
    public var hasLeftProcesses: Bool {
        kill(-identifier, 0) == 0
    }

    /// How many descriptors it has open; nil once it has ended.
    public var descriptorCount: Int? {
        try? FileManager.default.contentsOfDirectory(atPath: "/proc/\(identifier)/fd").count
    }

    /// Its resident memory in bytes; nil once it has ended.
    public var residentBytes: Int? {
        let lines = try? String(contentsOfFile: "/proc/\(identifier)/status", encoding: .utf8)
        let line = lines?.split(separator: "\n").first { $0.hasPrefix("VmRSS:") }
        return line?.split(separator: " ").dropFirst().first.flatMap { Int($0) }.map { $0 * 1024 }
    }

    /// Waits for the end, and takes it at the very moment at which nobody can send a signal any more.
    private static func reap(_ identifier: pid_t, into ending: Watched<Ending?>) {
        var information = unsafe siginfo_t()
        while unsafe waitid(P_PID, id_t(identifier), &information, WEXITED | WNOWAIT) != 0, errno == EINTR {}
        ending.change { ending in
            var status: Int32 = 0
            _ = unsafe waitpid(identifier, &status, 0)
            ending = status & 0x7F == 0 ? .exited((status >> 8) & 0xFF) : .killed(status & 0x7F)
        }
    }

    private static func spawn(
        _ path: String, _ arguments: [String], _ environment: [String], _ descriptors: [Int32?]
    ) throws -> pid_t {
        // Copies above all numbers of the child, so that no copy overwrites one that is still needed.
        let copies = try descriptors.map { descriptor in
            guard let descriptor else {
                return Socket(adopting: unsafe open("/dev/null", O_RDWR | O_CLOEXEC))
            }
            let copy = fcntl(descriptor, F_DUPFD_CLOEXEC, 200)
            guard copy >= 0 else { throw HarnessError.system("fcntl", errno) }
            return Socket(adopting: copy)
        }
        var actions = unsafe posix_spawn_file_actions_t()
        var attributes = posix_spawnattr_t()
        unsafe posix_spawn_file_actions_init(&actions)
        unsafe posix_spawnattr_init(&attributes)
        defer {
            unsafe posix_spawn_file_actions_destroy(&actions)
            unsafe posix_spawnattr_destroy(&attributes)
        }
        for (number, copy) in copies.enumerated() {
            unsafe posix_spawn_file_actions_adddup2(&actions, copy.descriptor, Int32(number))
        }
        var none = sigset_t()
        unsafe sigemptyset(&none)
        unsafe posix_spawnattr_setsigmask(&attributes, &none)
        unsafe posix_spawnattr_setflags(&attributes, Int16(POSIX_SPAWN_SETPGROUP | POSIX_SPAWN_SETSIGMASK))

        let argumentPointers = unsafe arguments.map { unsafe strdup($0) } + [nil]
        let environmentPointers = unsafe environment.map { unsafe strdup($0) } + [nil]
        defer {
            unsafe (argumentPointers + environmentPointers).forEach { unsafe free($0) }
        }
        var identifier: pid_t = 0
        let code = Inheritance.lock.withLock { _ in
            Inheritance.forbidAll()
            return unsafe posix_spawn(
                &identifier, path, &actions, &attributes, argumentPointers, environmentPointers)
        }
        guard code == 0 else { throw HarnessError.system("posix_spawn \(path)", code) }
        return identifier
    }
}
