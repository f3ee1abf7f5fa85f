internal import Glibc
internal import Platform

/// The receiving side of sd_notify(3).
public final class NotifySocket: Sendable {
    /// Where it is bound.
    public let path: String
    private let socket: Socket
    private let messages = Lock<[String]>([])

    /// Binds it.
    public init(path: String) throws {
        self.path = path
        let socket = try Socket.make(AF_UNIX, type: Int32(SOCK_DGRAM.rawValue))
        try unsafe Endpoint.unix(path: path).withAddress { address, size in
            guard unsafe bind(socket.descriptor, address, size) == 0 else {
                throw HarnessError.system("bind", errno)
            }
        }
        self.socket = socket
    }

    /// All assignments that came, in order.
    public var seen: [String] {
        messages.withLock { $0 }
    }

    /// Waits until the assignment `wanted` comes, among those after the first `start`; false when it did not.
    public func wait(for wanted: String, after start: Int = 0, until deadline: Deadline) throws -> Bool {
        while true {
            let found = messages.withLock { $0.dropFirst(start).contains { $0.hasPrefix(wanted) } }
            if found { return true }
            guard case .bytes(let datagram) = try socket.receive(until: deadline) else { return false }
            let lines = datagram.text.split(separator: "\n").map(String.init)
            messages.withLock { $0 += lines }
        }
    }
}
