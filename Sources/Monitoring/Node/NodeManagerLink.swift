internal import Framing
public import Platform
public import Runtime
public import StatusFrames

/// The gateway's connection with the node manager of its appliance: it is found, found again after either has ended, and
/// its silence is noticed.
///
/// Confined to the control thread's loop.
public final class NodeManagerLink: EventHandler {
    /// What a link has to tell.
    public enum Event: Sendable {
        /// The manager tells of a service.
        case report(ServiceReport)
        /// A service is not the manager's any more.
        case removed(String)
        /// A manager is there: this one is another than before, or the same as before.
        case found(isAnother: Bool)
        /// Nobody listens at the manager's socket: one should be started.
        case absent
        /// Nothing has been heard for a while.
        case silent
        /// Nothing has been heard for too long.
        case lost
        /// Who listens there is not to be trusted, or makes no sense.
        case refused(String)
    }

    private enum Hearing {
        case good, silent, lost
    }

    /// How often a connection is tried.
    private static let attemptInterval = Duration.milliseconds(50)
    /// How often it is told that there is no manager: each time after twice as long, up to the longest.
    private static let absenceInterval = Duration.seconds(1)
    private static let longestAbsenceInterval = Duration.seconds(30)

    private let path: String
    private let shortestAbsenceInterval: Duration
    private let silence: Duration
    private let lost: Duration
    private let loop: EventLoop
    private let hear: (Event) -> Void
    private var connection: FrameConnection<Frame>?
    /// Whether the manager has said hello on this connection.
    private var isGreeted = false
    /// Why it was refused the last time: it is told once.
    private var lastRefusal: String?
    private var manager: UInt64?
    private var lastHeard: MonotonicTime
    private var lastAbsence: MonotonicTime?
    private var absenceInterval: Duration
    private var hearing = Hearing.good
    /// Whether the manager has ended because it was told to.
    private var isDismissed = false

    /// Begins to look for a manager at `path`.
    ///
    /// - Parameters:
    ///   - path: its UNIX socket.
    ///   - silence: after what time without a word it is `silent`.
    ///   - lost: after what time without a word it is `lost`; not shorter.
    ///   - loop: the control thread's.
    ///   - hear: called with what there is to tell.
    public convenience init(
        path: String, silence: Duration, lost: Duration, loop: EventLoop, hear: @escaping (Event) -> Void
    ) {
        self.init(
            path: path, silence: silence, lost: lost, shortestAbsence: Self.absenceInterval, loop: loop,
            hear: hear)
    }

    init(
        path: String, silence: Duration, lost: Duration, shortestAbsence: Duration, loop: EventLoop,
        hear: @escaping (Event) -> Void
    ) {
        self.path = path
        self.silence = silence
        self.lost = lost
        self.loop = loop
        self.hear = hear
        lastHeard = loop.now
        absenceInterval = shortestAbsence
        shortestAbsenceInterval = shortestAbsence
        super.init()
        loop.attach(self)
        loop.revisit(self)
    }

    /// Makes the manager read its configuration again. If there is none, because it was told to end, one is missed again.
    public func reload() {
        isDismissed = false
        absenceInterval = shortestAbsenceInterval
        connection?.send(.reload)
    }

    /// Looks no longer.
    public func stop() {
        connection?.close()
        connection = nil
        loop.detach(self)
    }

    public override func ready(_ readiness: Readiness) {
        timerFired()
    }

    public override func timerFired() {
        judgeHearing()
        if connection == nil { connect() }
        schedule()
    }

    // MARK: Connecting

    private func connect() {
        do {
            let descriptor = try Socket.connect(to: .unix(path: path))
            let peer = try PeerCredentials(of: descriptor.number)
            guard peer.isTrusted else { return refuse("it belongs to user \(peer.user)") }
            isGreeted = false
            connection = try FrameConnection(
                adopting: descriptor, loop: loop, received: { [weak self] _, frame in self?.receive(frame) },
                ended: { [weak self] _, end in self?.end(end) })
        } catch {
            guard error.isAbsence, !isDismissed else { return }
            if let lastAbsence, loop.now - lastAbsence < absenceInterval { return }
            if lastAbsence != nil { absenceInterval = min(absenceInterval * 2, Self.longestAbsenceInterval) }
            lastAbsence = loop.now
            hear(.absent)
        }
    }

    private func end(_ end: FrameConnectionEnd) {
        connection = nil
        if case .refused(let error) = end { refuse("\(error)") }
        if end == .closed, isGreeted {
            // At once: a manager that has been started anew may be there already.
            loop.revisit(self)
        } else {
            // One that does not want us, or makes no sense, would be asked in a circle.
            schedule()
        }
    }

    private func refuse(_ reason: String) {
        guard reason != lastRefusal else { return }
        lastRefusal = reason
        hear(.refused(reason))
    }

    private func receive(_ frame: Frame) {
        lastHeard = loop.now
        if hearing != .good {
            // The next silence has to be noticed as well.
            hearing = .good
            schedule()
        }
        switch frame {
        case .hello(let number):
            isGreeted = true
            lastRefusal = nil
            isDismissed = false
            absenceInterval = shortestAbsenceInterval
            lastAbsence = nil
            let isAnother = manager != nil && manager != number
            manager = number
            hear(.found(isAnother: isAnother))
        case .status(let report): hear(.report(report))
        case .removed(let identity): hear(.removed(identity))
        case .goodbye: isDismissed = true
        case .complete, .heartbeat, .reload, .stop: break
        }
    }

    // MARK: Silence

    private func judgeHearing() {
        let time = loop.now - lastHeard
        if hearing == .good, time >= silence {
            hearing = .silent
            // When it is heard again it has to tell all anew, and does so to whoever comes.
            connection?.close()
            connection = nil
            hear(.silent)
        }
        if hearing == .silent, time >= lost {
            hearing = .lost
            hear(.lost)
        }
    }

    private func schedule() {
        guard isAttached else { return }
        let next: MonotonicTime? =
            switch hearing {
            case .good: lastHeard + silence
            case .silent: lastHeard + lost
            case .lost: nil
            }
        let attempt = connection == nil ? loop.now + Self.attemptInterval : nil
        guard let moment = [next, attempt].compactMap({ $0 }).min() else { return }
        loop.setTimer(self, at: moment)
    }
}
