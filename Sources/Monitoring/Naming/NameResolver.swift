internal import Platform
internal import Runtime

/// Looks names up with c-ares on an event loop: the hosts file first, then DNS, A and AAAA. Thread-confined.
///
/// c-ares opens and closes its sockets itself and says which of them it waits for; each gets a handler of its own. One
/// timer drives its retries. Answers are handed out when c-ares has returned, so that whoever receives one may ask again
/// or stop the resolver. Stop it to let go of the loop.
final class NameResolver: EventHandler {
    private let loop: EventLoop
    private var channel: AresChannel?
    private var sockets: [Int32: ResolverSocket] = [:]
    private var waiting: [NameLookUp] = []
    private var inFlight = 0
    private var answered: [(NameLookUp, NameAnswer)] = []
    private var isInside = false

    /// A resolver without questions.
    init(loop: EventLoop, settings: ResolverSettings) throws(MonitoringError) {
        self.loop = loop
        super.init()
        channel = try AresChannel(settings, for: self)
        loop.attach(self)
    }

    /// Asks for the addresses of `name`. The answer comes once, never before this returns; cancel the look-up to be
    /// spared it.
    func lookUp(_ name: String, _ receive: @escaping (NameAnswer) -> Void) -> NameLookUp {
        let question = NameLookUp(name, for: self, receive)
        waiting.append(question)
        // The next tick of the timer asks it.
        loop.setTimer(self, at: loop.now)
        return question
    }

    /// Ends all look-ups without an answer and lets go of the loop.
    func stop() {
        for socket in sockets.values { loop.detach(socket) }
        sockets = [:]
        waiting = []
        answered = []
        loop.detach(self)
        // Its end reports every open question and socket once more: by then nobody here may be touching `channel`.
        let last = channel
        channel = nil
        withExtendedLifetime(last) {}
    }

    override func timerFired() {
        perform { channel in
            if inFlight > 0 { channel.process(reading: nil, writing: nil) }
        }
    }

    // MARK: For the channel and its sockets

    /// A socket of c-ares is ready.
    func socketReady(_ socket: ResolverSocket, _ readiness: Readiness) {
        perform { channel in
            // Empty: this is a second visit, for what the limit of reads has left.
            let isReadable = readiness.isEmpty || !readiness.isDisjoint(with: [.readable, .peerClosed])
            let isWritable = readiness.contains(.writable) && socket.interest.writing
            guard isReadable || isWritable else { return }
            channel.process(
                reading: isReadable ? socket.descriptor : nil, writing: isWritable ? socket.descriptor : nil)
            guard isReadable else { return }
            var reads = 1
            while socket.isAttached, AresChannel.inputWaits(socket.descriptor) {
                guard reads < MonitoringLimits.readsPerReadiness else { return loop.revisit(socket) }
                channel.process(reading: socket.descriptor, writing: nil)
                reads += 1
            }
        }
    }

    /// c-ares opens, uses or is about to close a socket.
    func noteSocket(_ descriptor: Int32, _ interest: AresChannel.Interest) {
        let isWanted = interest.reading || interest.writing
        if let socket = sockets[descriptor] {
            if isWanted {
                socket.interest = interest
            } else {
                loop.detach(socket)
                sockets[descriptor] = nil
            }
        } else if isWanted, isAttached {
            let socket = ResolverSocket(descriptor, interest, of: self)
            // Without a place in the poller the question ends by its timeout, like any other without an answer.
            guard (try? loop.attach(socket, descriptor: descriptor)) != nil else { return }
            sockets[descriptor] = socket
        }
    }

    /// c-ares has an answer.
    func finish(_ question: NameLookUp, _ answer: NameAnswer) {
        guard channel != nil else { return }
        inFlight -= 1
        answered.append((question, answer))
    }

    // MARK: Turns

    /// Runs `work` with the channel, asks what waits, hands out the answers and sets the timer.
    private func perform(_ work: (AresChannel) -> Void) {
        guard let channel, !isInside else { return }
        isInside = true
        work(channel)
        askWaiting(channel)
        isInside = false
        let answers = answered
        answered = []
        for (question, answer) in answers where self.channel != nil {
            question.deliver(answer)
        }
        setTimer()
    }

    private func askWaiting(_ channel: AresChannel) {
        var asked = 0
        while asked < waiting.count, inFlight < MonitoringLimits.lookUpsInFlight {
            let question = waiting[asked]
            asked += 1
            guard !question.isCancelled else { continue }
            inFlight += 1
            channel.ask(question)
        }
        waiting.removeFirst(asked)
    }

    private func setTimer() {
        guard let channel else { return }
        if !waiting.isEmpty, inFlight < MonitoringLimits.lookUpsInFlight {
            loop.setTimer(self, at: loop.now)
        } else if let patience = channel.patience {
            loop.setTimer(self, at: .now + patience)
        } else {
            loop.clearTimer(self)
        }
    }
}
