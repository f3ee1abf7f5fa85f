internal import Platform
internal import Runtime

/// Hears what services say at the notify socket of a node manager, and knows whether it could hear all of it in time.
final class ServiceEar {
    /// What silence of a service means now.
    enum Hearing {
        /// All that was said has been heard.
        case good
        /// We were away for a while, or there was too much to hear: what a service has said may not have come yet.
        case late
        /// Nothing can be taken from the socket: whoever sent descriptors draws out that they are closed.
        case deaf
    }

    typealias Message = NotificationSocket.Message

    /// What services find in `NOTIFY_SOCKET`.
    var path: String { socket.path }
    /// The users that services run as.
    var users: Set<UInt32> = []

    private let loop: EventLoop
    private let socket: NotificationSocket
    private let heard: (Message) -> Void
    private var handler: ReadableHandler?
    private var lastBeat: MonotonicTime
    private var lastAbsence: MonotonicTime?

    /// Opens the socket at `path`; `heard` is called with each message from `listen` on.
    init(path: String, loop: EventLoop, heard: @escaping (Message) -> Void) throws(SystemError) {
        // Without being root nobody is started as another user.
        socket = try NotificationSocket(path: path, isForAll: ProcessTable.ourUser == 0)
        self.loop = loop
        self.heard = heard
        lastBeat = loop.now
    }

    func listen() throws(SystemError) {
        lastBeat = .now
        handler = try ReadableHandler(socket.number, loop: loop) { [unowned self] in hear() }
    }

    func stop() {
        if let handler { loop.detach(handler) }
        SocketFile.remove(socket.path)
    }

    /// To be called each `NodeLimits.heartbeat`: a beat that comes late tells that we were away.
    func beat() {
        noteAbsence()
        lastBeat = .now
    }

    /// Hears what there is, and tells whether that was all. To be asked before a service is called silent.
    func listenOnce() -> Hearing {
        noteAbsence()
        guard socket.isReceptive else { return .deaf }
        let isHeardOut = takeMessages()
        guard socket.isReceptive else { return .deaf }
        let isBack = lastAbsence.map { .now - $0 < NodeLimits.afterAbsence } ?? false
        return isHeardOut && !isBack ? .good : .late
    }

    private func noteAbsence() {
        let now = MonotonicTime.now
        if now - lastBeat > NodeLimits.heartbeat + NodeLimits.lateness { lastAbsence = now }
    }

    private func hear() -> ReadableHandler.Rest {
        guard socket.isReceptive else { return .later }
        _ = takeMessages()
        return socket.isReceptive ? .none : .later
    }

    /// Whether none is left; so many a turn.
    private func takeMessages() -> Bool {
        for _ in 0..<NodeLimits.messagesPerTurn {
            guard socket.isReceptive else { return false }
            guard let message = socket.next(expecting: users) else { return true }
            heard(message)
        }
        return false
    }
}
