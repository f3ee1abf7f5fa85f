internal import Configuration
internal import Platform
internal import Runtime
internal import StatusFrames

/// The notify socket of one instance that nobody here starts: hears what it says, and notices when its watchdog is silent.
final class NotificationListener: EventHandler {
    /// How many messages are read before others have their turn.
    private static let messagesPerTurn = 64
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
    private var strangers = 0
    private var strangersSince: MonotonicTime

    /// Opens the socket. `heard` gets what the configured user says, `silent` is called when the watchdog was not fed in time,
    /// `refused` with a sentence about whoever else has spoken.
    init(
        _ configuration: NotificationConfiguration, loop: EventLoop, heard: @escaping (ServiceWord) -> Void,
        silent: @escaping () -> Void, refused: @escaping (String) -> Void
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
        socket = try NotificationSocket(path: configuration.socket)
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
            guard isAttached, let message = socket.next() else { return }
            guard message.user == user else {
                tellOfStranger(message)
                continue
            }
            let word = ServiceWord(message.text)
            if let wanted = word.watchdog { watchdog = wanted }
            if word.isStopping {
                loop.clearTimer(self)
            } else if watchdog > .zero, word.isReady || word.feedsWatchdog || word.watchdog != nil {
                loop.setTimer(self, at: loop.now + watchdog)
            }
            heard(word)
        }
    }

    override func timerFired() {
        silent()
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
