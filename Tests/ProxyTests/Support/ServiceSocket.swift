import Platform
import TestSupport
import Testing

/// Where an instance listens.
final class ServiceSocket {
    let address: SocketAddress
    private let descriptor: Descriptor
    private let folder: TemporaryFolder?

    /// At a port of its own, or, if it `isLocal`, at a UNIX socket.
    init(isLocal: Bool = false) throws {
        folder = isLocal ? try TemporaryFolder() : nil
        let wanted =
            if let folder { SocketAddress.unix(path: folder.file("service.sock")) } else {
                try #require(SocketAddress("127.0.0.1:0"))
            }
        let descriptor = try Socket.listen(on: wanted, backlog: 64, sharesPort: false)
        address = isLocal ? wanted : try #require(Socket.localAddress(descriptor.number))
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
