import Platform
import Runtime

/// A service on loopback, or on a UNIX socket, whose behaviour a test decides.
final class ScriptedService: EventHandler {
    /// What it does with a connection.
    enum Script {
        /// Sends these texts once something has come, one a batch of events, and then closes or waits.
        case answer([String], closes: Bool)
        /// Reads and says nothing.
        case silence
        /// Closes at once.
        case close
        /// Resets the connection once something has come.
        case reset
        /// Leaves the connection to the test.
        case hand((consuming Descriptor) -> Void)
    }

    let address: SocketAddress
    var script: Script
    /// How many connections there have been.
    private(set) var connectionCount = 0
    /// How many are open now, and how many were at the same time at most.
    fileprivate(set) var openCount = 0
    private(set) var openMaximum = 0
    /// What came on all connections.
    fileprivate(set) var received: [UInt8] = []

    private let loop: EventLoop
    private let listener: Int32
    private var connections: [Connection] = []

    init(_ script: Script, on wanted: String = "127.0.0.1:0", loop: EventLoop) throws {
        self.script = script
        self.loop = loop
        let wanted = SocketAddress(wanted) ?? .ip(IPAddress(v4: 0x7f00_0001), port: 0)
        let descriptor = try Socket.listen(on: wanted, backlog: 16, sharesPort: false)
        listener = descriptor.release()
        address = Socket.localAddress(listener) ?? wanted
        super.init()
        try loop.attachLevelTriggered(self, descriptor: listener)
    }

    /// Goes away: whoever connects from now on is refused.
    func stop() {
        guard isAttached else { return }
        loop.detach(self)
        for connection in connections { connection.close() }
        connections = []
        Descriptor.close(listener)
    }

    override func ready(_ readiness: Readiness) {
        while case .connection(let number, _) = Socket.accept(listener) {
            connectionCount += 1
            let descriptor = Descriptor(adopting: number)
            switch script {
            case .close: break
            case .hand(let take): take(descriptor)
            default: open(descriptor)
            }
        }
    }

    private func open(_ descriptor: consuming Descriptor) {
        openCount += 1
        openMaximum = max(openMaximum, openCount)
        let connection = Connection(descriptor, of: self, loop: loop)
        connections.append(connection)
        try? loop.attach(connection, descriptor: connection.transport.descriptor)
    }

    /// One connection that is answered by the script of the moment it came in.
    private final class Connection: EventHandler {
        let transport: Transport
        private unowned let service: ScriptedService
        private let loop: EventLoop
        private var texts: [String] = []
        private var hasBegun = false
        private let script: Script

        init(_ descriptor: consuming Descriptor, of service: ScriptedService, loop: EventLoop) {
            transport = Transport(adopting: descriptor, loop: loop)
            self.service = service
            self.loop = loop
            script = service.script
        }

        func close() {
            guard transport.descriptor >= 0 else { return }
            loop.detach(self)
            transport.close()
            service.openCount -= 1
        }

        override func ready(_ readiness: Readiness) {
            transport.note(readiness)
            read()
            guard hasBegun, transport.descriptor >= 0 else { return }
            switch script {
            case .answer(_, let closes):
                if !texts.isEmpty {
                    let text = Array(texts.removeFirst().utf8)
                    unsafe text.withUnsafeBytes { unsafe transport.write($0) }
                }
                if !texts.isEmpty { return loop.revisit(self) }
                if closes { close() }
            case .reset:
                Socket.resetOnClose(transport.descriptor)
                close()
            case .silence, .close, .hand:
                break
            }
        }

        private func read() {
            var bytes = [UInt8](repeating: 0, count: 4096)
            while true {
                let transfer = unsafe bytes.withUnsafeMutableBytes { unsafe transport.receive(into: $0) }
                guard case .bytes(let count) = transfer else {
                    if case .wouldBlock = transfer { return }
                    return close()
                }
                service.received.append(contentsOf: bytes[..<count])
                if !hasBegun, case .answer(let texts, _) = script { self.texts = texts }
                hasBegun = true
            }
        }
    }
}
