public import Platform
public import Runtime

/// Watches the links and addresses of this appliance, and judges its sides by them and by what is heard of hosts. Publishes
/// immutable, numbered snapshots, each with what has changed since the last.
///
/// Confined to the control thread's loop.
public final class InterfaceMonitor: EventHandler {
    /// Hears of each snapshot, with what differs in it from the one before.
    public typealias Publisher = (InterfaceSnapshot, [InterfaceChange]) -> Void

    /// What was published last; number 0 before the kernel has told of everything for the first time.
    public private(set) var snapshot: InterfaceSnapshot

    private let loop: EventLoop
    private let publish: Publisher
    private let report: (String) -> Void
    private var settings: InterfaceSettings
    private var judges = Side.allCases.map { SideJudge($0) }
    private var socket: RouteConversation?
    private var room = [UInt8](repeating: 0, count: InterfaceLimits.datagramBytes)
    private var publication: MonotonicTime?
    private var beginning: MonotonicTime?
    private var lastBeginning: MonotonicTime?
    /// When to ask next how the links are that matter, and until when to go on.
    private var look: MonotonicTime?
    private var vigilance: MonotonicTime?
    /// What was reported to be wrong, and has not gone well since.
    private var trouble: String?

    /// Begins to watch.
    ///
    /// - Parameters:
    ///   - settings: what the sides depend on.
    ///   - loop: the control thread's.
    ///   - report: called with why nothing is known of the interfaces, or not all; what goes on for a while, once.
    ///   - publish: called with each snapshot, the first one included.
    public init(
        _ settings: InterfaceSettings, loop: EventLoop, report: @escaping (String) -> Void,
        publish: @escaping Publisher
    ) {
        self.settings = settings
        self.loop = loop
        snapshot = .empty(at: loop.now)
        self.report = report
        self.publish = publish
        super.init()
        for index in judges.indices { judges[index].apply(settings) }
        begin()
    }

    /// Goes on with other settings.
    public func apply(_ settings: InterfaceSettings) {
        guard settings != self.settings else { return }
        self.settings = settings
        for index in judges.indices { judges[index].apply(settings) }
        noteChange()
        schedule()
    }

    /// Takes note of what probes and traffic say of a side.
    public func note(_ evidence: SideEvidence, of side: Side) {
        for index in judges.indices where judges[index].side == side {
            if judges[index].apply(evidence) { noteChange() }
        }
        schedule()
    }

    /// Watches no longer.
    public func stop() {
        loop.detach(self)
        socket = nil
    }

    public override func ready(_ readiness: Readiness) {
        for _ in 0..<InterfaceLimits.datagramsPerTurn {
            guard let socket else { break }
            guard let outcome = socket.next(into: &room) else { break }
            take(outcome)
        }
        schedule()
    }

    public override func timerFired() {
        if let publication, publication <= loop.now { publishNow() }
        if let look, look <= loop.now { lookAtLinks() }
        if let beginning, beginning <= loop.now { refresh() }
        schedule()
    }

    // MARK: The kernel

    /// Opens a socket and asks for everything.
    private func begin() {
        loop.detach(self)
        let earlier = socket?.dialogue
        lastBeginning = loop.now
        do {
            let socket = try RouteConversation(after: earlier)
            try loop.attachLevelTriggered(self, descriptor: socket.number)
            self.socket = socket
            try socket.begin()
            beginning = loop.now + InterfaceLimits.dumpTime
        } catch {
            if !isAttached { loop.attach(self) }
            tell("the interfaces are not watched: \(error)")
            beginning = loop.now + InterfaceLimits.dumpTime
        }
        schedule()
    }

    /// The kernel has been silent, or has told all a while ago, or a pause is over.
    private func refresh() {
        guard let socket, !socket.dialogue.isAsking, !socket.hasFailed else { return begin() }
        // All went well for a while: what goes wrong from now on is news.
        trouble = nil
        do {
            try socket.begin()
            beginning = loop.now + InterfaceLimits.dumpTime
        } catch {
            begin()
        }
    }

    private func take(_ outcome: RouteDialogue.Outcome) {
        guard let socket else { return }
        if let failure = outcome.failure {
            socket.hasFailed = true
            tell("the interfaces are looked at anew: \(failure)")
            let earliest = (lastBeginning ?? loop.now) + InterfaceLimits.pause
            if earliest <= loop.now { return begin() }
            // Until then nothing is read: what comes is of no use.
            loop.detach(self)
            loop.attach(self)
            beginning = earliest
            return
        }
        if outcome.hasChanged {
            noteChange()
            if snapshot.number == 0, socket.dialogue.isComplete { publishNow() }
        }
        if outcome.haveLinksChanged || outcome.isFinished { becomeVigilant() }
        if outcome.isFinished {
            beginning = loop.now + InterfaceLimits.refresh
            if socket.dialogue.table.isFull {
                tell("there are more interfaces or addresses than are watched")
            }
        }
    }

    /// The kernel may keep back what happens to other links, or to the same one, in the next second.
    private func becomeVigilant() {
        vigilance = loop.now + InterfaceLimits.vigilance
        if look == nil { look = loop.now + InterfaceLimits.lookInterval }
    }

    private func lookAtLinks() {
        look = nil
        guard let socket, !socket.hasFailed, let vigilance, vigilance > loop.now else { return }
        look = loop.now + InterfaceLimits.lookInterval
        let names = Set(snapshot.sides.flatMap(\.interfaces))
        let links = snapshot.links.filter { names.contains($0.name) }.prefix(InterfaceLimits.lookedAtLinks)
        // What cannot be asked now will be told later.
        try? socket.look(at: links.map(\.index))
    }

    private func tell(_ sentence: String) {
        guard trouble != sentence else { return }
        trouble = sentence
        report(sentence)
    }

    // MARK: Publishing

    private func noteChange() {
        guard publication == nil else { return }
        publication = loop.now + settings.debounce
    }

    private func publishNow() {
        publication = nil
        guard let dialogue = socket?.dialogue, dialogue.isComplete, isAttached else { return }
        let (links, addresses) = (dialogue.table.links, dialogue.table.addresses)
        let view = InterfaceView(links: links, addresses: addresses)
        var sides: [SideReport] = []
        for index in judges.indices { sides.append(judges[index].judge(view, isLocal: Socket.isLocal)) }
        let next = snapshot.next(links: links, addresses: addresses, sides: sides, at: loop.now)
        let changes = next.changes(since: snapshot)
        // What flapped within the time is nothing.
        guard next.differs(from: snapshot) else { return }
        snapshot = next
        publish(next, changes)
    }

    private func schedule() {
        guard isAttached else { return }
        guard let moment = [publication, beginning, look].compactMap({ $0 }).min() else {
            return loop.clearTimer(self)
        }
        loop.setTimer(self, at: moment)
    }
}
