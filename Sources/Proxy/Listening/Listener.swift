internal import Configuration
internal import Platform
internal import Runtime

/// One worker's ear at one listener: accepts, counts, and hands connections to the worker.
final class Listener: EventHandler {
    /// One connection is taken in a turn of the loop, and one more for so many events that it brings. The others wait in the
    /// kernel's queue, where they cost least: a handshake that has begun holds some 50 KiB until the client answers, and
    /// few of them stay in the processor's caches.
    private static let eventsForEach = 8
    /// How long to wait when the process has no descriptor left.
    private static let exhaustionPause = Duration.milliseconds(100)

    let sockets: ListeningSockets
    private(set) var settings: ListenerSettings
    private let worker: Worker
    private var isClosed = false

    init(_ settings: ListenerSettings, worker: Worker) throws(SystemError) {
        self.settings = settings
        self.sockets = settings.sockets
        self.worker = worker
        super.init()
        try listen()
    }

    /// Takes over new settings for the same sockets.
    func apply(_ settings: ListenerSettings) {
        self.settings = settings
    }

    /// Accepts who waits in the kernel's queue, and has all others refused from now on.
    func end() {
        while !isClosed, acceptBatch() {}
        close()
        sockets.stop(forWorker: worker.index)
    }

    /// Accepts no more.
    func close() {
        isClosed = true
        worker.loop.detach(self)
    }

    override func ready(_ readiness: Readiness) {
        _ = acceptBatch()
    }

    /// Accepts a batch; whether there may be more. The listener is level-triggered: the next turn of the loop tells.
    private func acceptBatch() -> Bool {
        let socket = sockets.descriptor(forWorker: worker.index)
        for _ in 0...worker.loop.batchEvents / Self.eventsForEach {
            switch Socket.accept(socket) {
            case .connection(let number, let peer):
                admit(Descriptor(adopting: number), from: peer)
            case .wouldBlock:
                return false
            case .failed(let error) where error.isExhaustion:
                worker.counters.acceptFailures &+= 1
                pause()
                return false
            case .failed:
                worker.counters.acceptFailures &+= 1
            }
            if isClosed { return false }
        }
        return true
    }

    override func timerFired() {
        guard !isClosed else { return }
        worker.loop.detach(self)
        do {
            try listen()
        } catch {
            pause()
        }
    }

    private func listen() throws(SystemError) {
        let descriptor = sockets.descriptor(forWorker: worker.index)
        // What is accepted inherits it; also from a socket that somebody else has opened. (A UNIX socket has no such thing.)
        Socket.setNoDelay(descriptor)
        try worker.loop.attachLevelTriggered(self, descriptor: descriptor)
    }

    /// No descriptor left: a level-triggered listener would spin. Others will close; come back then.
    private func pause() {
        worker.loop.detach(self)
        worker.loop.attach(self)
        worker.loop.setTimer(self, at: worker.loop.now + Self.exhaustionPause)
    }

    private func admit(_ descriptor: consuming Descriptor, from peer: SocketAddress) {
        guard settings.admits(peer), settings.quota.enter() else {
            worker.counters.connectionsRefused &+= 1
            return
        }
        worker.counters.connections &+= 1
        let transport = Transport(adopting: descriptor, loop: worker.loop)
        let connection = ClientConnection(transport, peer: peer, listener: settings, worker: worker)
        connection.start()
    }
}
