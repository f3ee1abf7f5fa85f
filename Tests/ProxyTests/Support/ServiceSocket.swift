import Platform
import Testing

/// Where an instance listens.
final class ServiceSocket {
    let address: SocketAddress
    private let descriptor: Descriptor

    init() throws {
        let anywhere = try #require(SocketAddress("127.0.0.1:0"))
        let descriptor = try Socket.listen(on: anywhere, backlog: 64, sharesPort: false)
        address = try #require(Socket.localAddress(descriptor.number))
        self.descriptor = descriptor
    }

    /// The next connection in the queue, if there is one.
    func accept() -> Peer? {
        guard case .connection(let number, _) = Socket.accept(descriptor.number) else { return nil }
        return Peer(Descriptor(adopting: number))
    }

    /// Drops all connections in the queue.
    func forget() {
        while accept() != nil {}
    }
}
