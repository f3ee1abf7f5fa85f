internal import Glibc
internal import Platform

/// A network of its own for a test: links, addresses and ports that nobody else sees. It has no name, so that it goes with the
/// last who uses it, however the test ends.
public final class NetworkNamespace: Sendable {
    /// What `clone(2)` calls a new network namespace.
    private static let kind: Int32 = 0x4000_0000

    private let reference: Socket

    /// Whether this process may make one: root may, in most places.
    public static let isPermitted = (try? NetworkNamespace()) != nil

    /// A new network in which nothing is but its loopback, which is up.
    public init() throws {
        let here = try Self.current()
        let unshare = unsafe unsafeBitCast(try Self.function("unshare"), to: Unshare.self)
        guard unshare(Self.kind) == 0 else { throw HarnessError.system("unshare", errno) }
        defer { Self.enter(here) }
        reference = try Self.current()
        try Self.command(["link", "set", "lo", "up"])
    }

    /// Does something as one of this network: sockets that it makes, and programs that it starts, stay there.
    public func run<Result>(_ body: () throws -> Result) throws -> Result {
        let here = try Self.current()
        Self.enter(reference)
        defer { Self.enter(here) }
        return try body()
    }

    /// Runs `ip` (ip(8)) in this network; the arguments are separated by spaces.
    public func ip(_ arguments: String) throws {
        try run { try Self.command(arguments.split(separator: " ").map(String.init)) }
    }

    /// Lays a cable between a link here and one in another network, each with an address (`10.0.0.1/24`), and switches both on.
    public func connect(
        _ link: String, _ address: String, to other: NetworkNamespace, _ otherLink: String,
        _ otherAddress: String
    ) throws {
        let place = "/proc/\(getpid())/fd/\(other.reference.descriptor)"
        try ip("link add \(link) type veth peer name \(otherLink) netns \(place)")
        try ip("address add \(address) dev \(link) nodad")
        try other.ip("address add \(otherAddress) dev \(otherLink) nodad")
        try ip("link set \(link) up")
        try other.ip("link set \(otherLink) up")
    }

    private static func command(_ arguments: [String]) throws {
        let command = try Command("ip", arguments)
        guard command.ending == .exited(0) else {
            throw HarnessError.program("ip \(arguments.joined(separator: " "))", said: command.errors)
        }
    }

    /// The network of this thread.
    private static func current() throws -> Socket {
        let descriptor = Inheritance.lock.withLock { _ in
            unsafe open("/proc/thread-self/ns/net", O_RDONLY | O_CLOEXEC)
        }
        guard descriptor >= 0 else { throw HarnessError.system("open", errno) }
        return Socket(adopting: descriptor)
    }

    /// Moves this thread to a network.
    private static func enter(_ network: Socket) {
        let function = try? unsafe unsafeBitCast(self.function("setns"), to: SetNamespace.self)
        // A thread in a wrong network would spoil the tests that come after.
        precondition(function?(network.descriptor, kind) == 0, "the thread cannot enter a network namespace")
    }

    private typealias Unshare = @convention(c) (Int32) -> Int32
    private typealias SetNamespace = @convention(c) (Int32, Int32) -> Int32

    /// Glibc's module shows neither of the two functions, which the library has.
    private static func function(_ name: String) throws -> UnsafeMutableRawPointer {
        guard let function = unsafe dlsym(nil, name) else { throw HarnessError.system(name, ENOSYS) }
        return unsafe function
    }
}
