public import Platform
public import Runtime

/// A UNIX socket for our own user and root, and those who have connected to it.
public final class FrameListener<Message: FramedMessage>: EventHandler {
    /// One of those who have connected.
    public typealias Connection = FrameConnection<Message>

    /// How many may be connected at a time.
    public static var connectionLimit: Int { 16 }

    private let loop: EventLoop
    private let socket: Descriptor
    private let path: String
    private let idleLimit: Duration?
    private var connections: [Connection] = []
    private let joined: (Connection) -> Void
    private let received: (Connection, Message) -> Void
    private let refused: (String) -> Void

    /// Listens at `path`, in place of a socket that was left there.
    ///
    /// - Parameters:
    ///   - path: the socket, which gets the mode 0600.
    ///   - loop: who waits for it.
    ///   - idleLimit: after what time without a message a connection ends; nil: never.
    ///   - refused: called with a sentence for each who was refused, or sent away for what it did.
    ///   - joined: called with each connection, before its first message.
    ///   - received: called with each message.
    /// - Throws: why the socket cannot be opened.
    public init(
        path: String, loop: EventLoop, idleLimit: Duration? = nil, refused: @escaping (String) -> Void,
        joined: @escaping (Connection) -> Void = { _ in },
        received: @escaping (Connection, Message) -> Void
    ) throws(SystemError) {
        self.loop = loop
        self.path = path
        self.idleLimit = idleLimit
        self.joined = joined
        self.received = received
        self.refused = refused
        SocketFile.remove(path)
        socket = try Socket.listen(on: .unix(path: path), backlog: 64, sharesPort: false)
        try SocketFile.setPermissions(path, 0o600)
        super.init()
        try loop.attachLevelTriggered(self, descriptor: socket.number)
    }

    /// Sends a message to all who are connected.
    public func send(_ message: Message) {
        for connection in connections { connection.send(message) }
    }

    /// Listens no longer, and ends all connections.
    public func stop() {
        guard isAttached else { return }
        loop.detach(self)
        for connection in connections { connection.close() }
        connections = []
        SocketFile.remove(path)
    }

    public override func ready(_ readiness: Readiness) {
        while case .connection(let number, _) = Socket.accept(socket.number) {
            take(Descriptor(adopting: number))
        }
    }

    private func take(_ descriptor: consuming Descriptor) {
        do {
            let peer = try PeerCredentials(of: descriptor.number)
            guard peer.isTrusted else { return refused("process \(peer.process) of user \(peer.user)") }
            guard connections.count < Self.connectionLimit else {
                return refused("process \(peer.process): too many are connected")
            }
            let connection = try Connection(
                adopting: descriptor, loop: loop, idleLimit: idleLimit,
                received: { [weak self] connection, message in self?.received(connection, message) },
                ended: { [weak self] connection, end in self?.forget(connection, end) })
            connections.append(connection)
            joined(connection)
        } catch {
            refused("\(error)")
        }
    }

    private func forget(_ connection: Connection, _ end: FrameConnectionEnd) {
        connections.removeAll { $0 === connection }
        switch end {
        case .closed, .idle: break
        case .refused(let error): refused("\(error)")
        case .slow: refused("it does not read")
        }
    }
}
