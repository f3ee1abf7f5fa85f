internal import Platform
internal import Runtime
internal import StatusFrames

/// The node manager's UNIX socket, and those who listen to it.
final class FrameListener: EventHandler {
    /// How many may listen at a time.
    static let connectionLimit = 16

    private let loop: EventLoop
    private let socket: Descriptor
    private let path: String
    private(set) var connections: [FrameConnection] = []
    private let joined: (FrameConnection) -> Void
    private let received: (Frame) -> Void
    private let observe: (NodeEvent) -> Void

    /// Listens at `path`, in place of a socket that was left there.
    init(
        path: String, loop: EventLoop, observe: @escaping (NodeEvent) -> Void,
        joined: @escaping (FrameConnection) -> Void, received: @escaping (Frame) -> Void
    ) throws(SystemError) {
        self.loop = loop
        self.path = path
        self.joined = joined
        self.received = received
        self.observe = observe
        SocketFile.remove(path)
        socket = try Socket.listen(on: .unix(path: path), backlog: 16, sharesPort: false)
        try SocketFile.setPermissions(path, 0o600)
        super.init()
        try loop.attachLevelTriggered(self, descriptor: socket.number)
    }

    /// Sends a frame to all who listen.
    func send(_ frame: Frame) {
        for connection in connections { connection.send(frame) }
    }

    /// Listens no longer, and ends all connections.
    func stop() {
        loop.detach(self)
        for connection in connections { connection.close() }
        connections = []
        SocketFile.remove(path)
    }

    override func ready(_ readiness: Readiness) {
        while case .connection(let number, _) = Socket.accept(socket.number) {
            take(Descriptor(adopting: number))
        }
    }

    private func take(_ descriptor: consuming Descriptor) {
        do {
            let peer = try PeerCredentials(of: descriptor.number)
            guard peer.isTrusted else {
                return observe(.refusedListener("process \(peer.process) of user \(peer.user)"))
            }
            guard connections.count < Self.connectionLimit else {
                return observe(.refusedListener("process \(peer.process): too many listen"))
            }
            let connection = try FrameConnection(
                adopting: descriptor, loop: loop,
                received: { [weak self] _, frame in self?.received(frame) },
                ended: { [weak self] connection, end in self?.forget(connection, end) })
            connections.append(connection)
            joined(connection)
        } catch {
            observe(.refusedListener("\(error)"))
        }
    }

    private func forget(_ connection: FrameConnection, _ end: FrameConnection.End) {
        connections.removeAll { $0 === connection }
        switch end {
        case .closed: break
        case .refused(let error): observe(.refusedListener("\(error)"))
        case .slow: observe(.refusedListener("it does not read"))
        }
    }
}
