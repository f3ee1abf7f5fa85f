internal import Configuration
internal import Platform
internal import Runtime
internal import StatusFrames

/// The notify socket of one instance that nobody here starts: hears what it says, and notices when its watchdog is silent.
final class NotificationListener: EventHandler {
    /// How many messages are read before others have their turn.
    private static let messagesPerTurn = 64
    /// How long nothing is taken from the socket after there was no room for it.
    private static let pause = Duration.milliseconds(100)
    /// How many messages of strangers are told of, in a minute.
    private static let strangersToldOf = 10

    let configuration: NotificationConfiguration
    private let loop: EventLoop
    private let socket: NotificationSocket
    private let user: UInt32
    private let heard: (ServiceWord) -> Void
    private let silent: () -> Void
    private let refused: (String) -> Void
    private var watchdog: Duration
    private var watchdogDeadline: MonotonicTime?
    /// When to look again whether messages can be taken; nil while they are.
    private var pauseEnd: MonotonicTime?
    private var strangers = 0
    private var strangersSince: MonotonicTime

    /// Opens the socket. `heard` gets what the configured user says, `silent` is called when the watchdog was not fed in time,
    /// `refused` with a sentence about whoever else has spoken.
    init(
        _ configuration: NotificationConfiguration, loop: EventLoop,
        open: (String) throws -> NotificationSocket = { try NotificationSocket(path: $0) },
        heard: @escaping (ServiceWord) -> Void, silent: @escaping () -> Void,
        refused: @escaping (String) -> Void
    ) throws {
        self.configuration = configuration
        self.loop = loop
        self.heard = heard
        self.silent = silent
        self.refused = refused
        user = try Self.number(of: configuration.user)
        watchdog = configuration.watchdog
        strangersSince = loop.now
        // Whatever lies there that is no socket, or that somebody uses, stays.
        try SocketFile.removeStale(configuration.socket)
        socket = try open(configuration.socket)
        super.init()
        try loop.attachLevelTriggered(self, descriptor: socket.number)
    }

    /// Hears no more.
    func stop() {
        guard isAttached else { return }
        loop.detach(self)
        SocketFile.remove(configuration.socket)
    }

    override func ready(_ readiness: Readiness) {
        for _ in 0..<Self.messagesPerTurn {
            guard isAttached else { return }
            // Who sent descriptors draws out that they are closed: the socket would announce itself again and again.
            guard socket.isReceptive else { return pause() }
            guard let message = socket.next(expecting: [user]) else { return }
            guard message.user == user else {
                tellOfStranger(message)
                continue
            }
            let word = ServiceWord(message.text)
            if let wanted = word.watchdog { watchdog = wanted }
            if word.isStopping {
                watchdogDeadline = nil
                setTimer()
            } else if watchdog > .zero, word.isReady || word.feedsWatchdog || word.watchdog != nil {
                watchdogDeadline = loop.now + watchdog
                setTimer()
            }
            heard(word)
        }
    }

    override func timerFired() {
        if let pauseEnd, loop.now >= pauseEnd { resume() }
        guard isAttached, let due = watchdogDeadline, loop.now >= due else { return setTimer() }
        if pauseEnd == nil {
            // What it has said may wait still.
            ready([])
            guard isAttached, let due = watchdogDeadline, loop.now >= due else { return setTimer() }
        }
        if pauseEnd == nil {
            watchdogDeadline = nil
            silent()
        } else {
            // While nothing is heard, silence means nothing.
            watchdogDeadline = loop.now + watchdog
        }
        setTimer()
    }

    private func setTimer() {
        guard isAttached else { return }
        if let moment = [watchdogDeadline, pauseEnd].compactMap({ $0 }).min() {
            loop.setTimer(self, at: moment)
        } else {
            loop.clearTimer(self)
        }
    }

    private func pause() {
        loop.detach(self)
        loop.attach(self)
        pauseEnd = loop.now + Self.pause
        setTimer()
    }

    private func resume() {
        pauseEnd = nil
        loop.detach(self)
        do {
            try loop.attachLevelTriggered(self, descriptor: socket.number)
        } catch {
            pause()
        }
    }

    private func tellOfStranger(_ message: NotificationSocket.Message) {
        if loop.now - strangersSince >= .seconds(60) {
            strangersSince = loop.now
            strangers = 0
        }
        strangers += 1
        guard strangers <= Self.strangersToldOf else { return }
        refused("a message of process \(message.process) of user \(message.user), who may not speak there")
    }

    private static func number(of name: String?) throws -> UInt32 {
        guard let name else { return ProcessTable.ourUser }
        if let number = UInt32(name) { return number }
        return try ProcessIdentity(user: name, group: nil).user
    }
}
