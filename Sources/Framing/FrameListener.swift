public import Platform
public import Runtime

/// A UNIX socket for our own user and root, and those who have connected to it.
public final class FrameListener<Message: FramedMessage>: EventHandler {
    /// One of those who have connected.
    public typealias Connection = FrameConnection<Message>

    /// How many may be connected at a time.
    public static var connectionLimit: Int { 16 }
    /// How long to wait when none can be accepted, for want of a descriptor for example.
    private static var pause: Duration { .milliseconds(100) }
    /// After what time the same refusal is told again.
    private static var refusalInterval: Duration { .seconds(60) }

    private let loop: EventLoop
    private let socket: Descriptor
    private let path: String
    private let idleLimit: Duration?
    private var connections: [Connection] = []
    private let joined: (Connection) -> Void
    private let received: (Connection, Message) -> Void
    private let refused: (String) -> Void
    private var lastRefusal: (text: String, moment: MonotonicTime)?

    /// Listens at `path`, in place of a socket that was left there.
    ///
    /// - Parameters:
    ///   - path: the socket, which gets the mode 0600.
    ///   - loop: who waits for it.
    ///   - idleLimit: after what time without a message a connection ends; nil: never.
    ///   - refused: called with a sentence when somebody was refused, or sent away for what it did; once a minute while it is the
    ///     same.
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
        while true {
            switch Socket.accept(socket.number) {
            case .connection(let number, _): take(Descriptor(adopting: number))
            case .wouldBlock: return
            case .failed: return rest()
            }
        }
    }

    public override func timerFired() {
        loop.detach(self)
        do {
            try loop.attachLevelTriggered(self, descriptor: socket.number)
        } catch {
            rest()
        }
    }

    /// Who waits would be announced again and again. Others will close; come back then.
    private func rest() {
        loop.detach(self)
        loop.attach(self)
        loop.setTimer(self, at: loop.now + Self.pause)
    }

    private func take(_ descriptor: consuming Descriptor) {
        do {
            let peer = try PeerCredentials(of: descriptor.number)
            guard peer.isTrusted else { return refuse("process \(peer.process) of user \(peer.user)") }
            guard connections.count < Self.connectionLimit else {
                return refuse("process \(peer.process): too many are connected")
            }
            let connection = try Connection(
                adopting: descriptor, loop: loop, idleLimit: idleLimit,
                received: { [weak self] connection, message in self?.received(connection, message) },
                ended: { [weak self] connection, end in self?.forget(connection, end) })
            connections.append(connection)
            joined(connection)
        } catch {
            refuse("\(error)")
        }
    }

    private func forget(_ connection: Connection, _ end: FrameConnectionEnd) {
        connections.removeAll { $0 === connection }
        switch end {
        case .closed, .idle: break
        case .refused(let error): refuse("\(error)")
        case .slow: refuse("it does not read")
        }
    }

    /// Whoever is refused comes again, maybe often.
    private func refuse(_ reason: String) {
        if let lastRefusal, lastRefusal.text == reason,
            loop.now - lastRefusal.moment < Self.refusalInterval
        {
            return
        }
        lastRefusal = (reason, loop.now)
        refused(reason)
    }
}
