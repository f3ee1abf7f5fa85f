internal import CLinux

/// A program that we have started. It inherits exactly the descriptors that it is given, no blocked signal, and is
/// waited for by its process file descriptor (pidfd_open(2)), so that a signal never reaches a stranger.
public final class ChildProcess: Sendable {
    /// How a program ended.
    public enum Ending: Hashable, Sendable {
        /// It exited with this code.
        case exited(Int32)
        /// The signal with this number ended it.
        case killed(Int32)
    }

    /// Its process identifier.
    public let identifier: Int32
    private let watch: Descriptor
    private let ending = Lock<Ending?>(nil)

    /// Starts a program.
    ///
    /// - Parameters:
    ///   - path: where the program is.
    ///   - arguments: what follows its name.
    ///   - environment: variables laid over our own.
    ///   - descriptors: entry n becomes descriptor n of the program; nil becomes /dev/null. What is missing of the
    ///     first three is the program's as ours.
    /// - Throws: what the kernel refused: ENOENT or EACCES for the program, EAGAIN for one process too many.
    public init(
        _ path: String, _ arguments: [String], environment: [String: String] = [:],
        descriptors: [Int32?] = []
    ) throws(SystemError) {
        let identifier = try Self.spawn(
            path, arguments, Self.merged(environment), descriptors: try Self.copies(of: descriptors))
        let number = pidfd_open(identifier, 0)
        guard number >= 0 else {
            let error = SystemError.last("pidfd_open")
            _ = CLinux.kill(identifier, SIGKILL)
            _ = waitpid(identifier, nil, 0)
            throw error
        }
        self.identifier = identifier
        watch = Descriptor(adopting: number)
    }

    deinit {
        kill()
    }

    /// Whether it has not ended yet.
    public var isRunning: Bool { reap() == nil }

    /// How it ended, as soon as it has; nil if it still runs at the deadline.
    public func wait(until deadline: MonotonicTime) -> Ending? {
        if let ending = reap() { return ending }
        _ = Socket.waitReadable(watch.number, until: deadline)
        return reap()
    }

    /// Sends a signal; nothing happens once it has ended.
    public func signal(_ number: Int32) {
        ending.withLock { ending in
            if ending == nil { _ = CLinux.kill(identifier, number) }
        }
    }

    /// Asks it to end (SIGTERM), and ends it when `grace` is over.
    @discardableResult
    public func stop(grace: Duration) -> Ending? {
        signal(SIGTERM)
        if let ending = wait(until: .now + grace) { return ending }
        return kill()
    }

    /// Ends it at once (SIGKILL).
    @discardableResult
    public func kill() -> Ending? {
        signal(SIGKILL)
        return wait(until: .now + .seconds(5))
    }

    private func reap() -> Ending? {
        ending.withLock { ending in
            if let ending { return ending }
            var status: Int32 = 0
            guard unsafe waitpid(identifier, &status, WNOHANG) == identifier else { return nil }
            ending = status & 0x7f == 0 ? .exited((status >> 8) & 0xff) : .killed(status & 0x7f)
            return ending
        }
    }

    /// Our environment with `changes` laid over it, as `NAME=value`.
    private static func merged(_ changes: [String: String]) -> [String] {
        var lines: [String] = []
        var entry = unsafe limpet_environment()
        while let pointer = unsafe entry?.pointee {
            let line = unsafe String(cString: pointer)
            let name = line.prefix { $0 != "=" }
            if changes[String(name)] == nil { lines.append(line) }
            unsafe entry = entry?.successor()
        }
        return lines + changes.map { "\($0.key)=\($0.value)" }
    }

    /// Copies with numbers beyond those of the program, so that none overwrites another that is still to come.
    private static func copies(of descriptors: [Int32?]) throws(SystemError) -> [Int32] {
        var copies: [Int32] = []
        for descriptor in descriptors {
            let source = descriptor ?? limpet_open_null()
            let copy = limpet_duplicate_above(source, Int32(descriptors.count) + 64)
            if descriptor == nil { Descriptor.close(source) }
            guard copy >= 0 else {
                let error = SystemError.last("fcntl")
                for copy in copies { Descriptor.close(copy) }
                throw error
            }
            copies.append(copy)
        }
        return copies
    }

    private static func spawn(
        _ path: String, _ arguments: [String], _ environment: [String], descriptors: [Int32]
    ) throws(SystemError) -> Int32 {
        var actions = unsafe posix_spawn_file_actions_t()
        var attributes = posix_spawnattr_t()
        unsafe posix_spawn_file_actions_init(&actions)
        unsafe posix_spawnattr_init(&attributes)
        for (number, copy) in descriptors.enumerated() {
            unsafe posix_spawn_file_actions_adddup2(&actions, copy, Int32(number))
        }
        var none = sigset_t()
        unsafe sigemptyset(&none)
        unsafe posix_spawnattr_setsigmask(&attributes, &none)
        unsafe posix_spawnattr_setflags(&attributes, Int16(POSIX_SPAWN_SETSIGMASK))
        let texts = unsafe ([path] + arguments).map { unsafe strdup($0) }
        let variables = unsafe environment.map { unsafe strdup($0) }
        var identifier: pid_t = 0
        let code = unsafe posix_spawn(
            &identifier, path, &actions, &attributes, texts + [nil], variables + [nil])
        unsafe (texts + variables).forEach { unsafe free($0) }
        unsafe posix_spawn_file_actions_destroy(&actions)
        unsafe posix_spawnattr_destroy(&attributes)
        for copy in descriptors { Descriptor.close(copy) }
        guard code == 0 else { throw SystemError("posix_spawn", number: code) }
        return identifier
    }
}
