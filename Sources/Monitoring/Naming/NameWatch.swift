internal import Platform
internal import Runtime

/// Keeps the addresses of one name fresh. Detached from the loop by `stop`.
///
/// A name is looked up again at the end of its TTL, at the latest after the resolver's `refresh`, but never sooner than
/// `MonitoringLimits.shortestNameLife`. When that fails the last addresses stay, for an old address that may still be
/// right is better than none; the name is then asked for at the shortest distance.
final class NameWatch: EventHandler {
    /// The name.
    let name: String
    /// Its addresses, the most suitable first; empty until a look-up has succeeded.
    private(set) var addresses: [IPAddress] = []
    /// Why the last look-up failed; nil if it didn't.
    private(set) var failure: String?

    /// Whether a look-up is under way.
    var isAsking: Bool { question != nil }

    private let loop: EventLoop
    private let resolver: NameResolver
    private let refresh: Duration
    private let changed: () -> Void
    private var question: NameLookUp?

    /// Watches `name`, and calls `changed` when the set of its addresses has become another one.
    init(
        _ name: String, refresh: Duration, resolver: NameResolver, loop: EventLoop,
        _ changed: @escaping () -> Void
    ) {
        self.name = name
        self.refresh = refresh
        self.resolver = resolver
        self.loop = loop
        self.changed = changed
        super.init()
        loop.attach(self)
        ask()
    }

    /// Ends the watch.
    func stop() {
        question?.cancel()
        question = nil
        loop.detach(self)
    }

    override func timerFired() {
        ask()
    }

    private func ask() {
        guard question == nil else { return }
        question = resolver.lookUp(name) { [weak self] answer in self?.receive(answer) }
    }

    private func receive(_ answer: NameAnswer) {
        question = nil
        switch answer {
        case .addresses(let found, let life):
            failure = nil
            loop.setTimer(self, at: loop.now + Self.pause(life: life, refresh: refresh))
            guard Set(found) != Set(addresses) else { return }
            addresses = found
            changed()
        case .failed(let reason):
            failure = reason
            loop.setTimer(self, at: loop.now + MonitoringLimits.shortestNameLife)
        }
    }

    /// How long addresses with that TTL are used before the name is looked up again.
    static func pause(life: Duration?, refresh: Duration) -> Duration {
        let wanted = min(life ?? refresh, refresh)
        return min(max(wanted, MonitoringLimits.shortestNameLife), MonitoringLimits.longestNameLife)
    }
}
