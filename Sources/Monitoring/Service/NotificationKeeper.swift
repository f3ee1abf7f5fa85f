internal import Configuration
internal import Platform
internal import Runtime

/// Keeps the notify socket of an instance open. Where that cannot be, as while the gateway before us still holds it, it tries
/// again each second; until then the probes decide alone.
final class NotificationKeeper: EventHandler {
    private static let interval = Duration.seconds(1)

    let configuration: NotificationConfiguration
    private let loop: EventLoop
    private let open: (NotificationConfiguration) throws -> NotificationListener
    private let failed: (String) -> Void
    private var listener: NotificationListener?
    /// The reason that was told last.
    private var told: String?

    /// `open` makes the listener; `failed` is called with a reason why that cannot be, once for each.
    init(
        _ configuration: NotificationConfiguration, loop: EventLoop,
        open: @escaping (NotificationConfiguration) throws -> NotificationListener,
        failed: @escaping (String) -> Void
    ) {
        self.configuration = configuration
        self.loop = loop
        self.open = open
        self.failed = failed
        super.init()
        loop.attach(self)
        timerFired()
    }

    /// Hears no more.
    func stop() {
        listener?.stop()
        listener = nil
        if isAttached { loop.detach(self) }
    }

    override func timerFired() {
        do {
            listener = try open(configuration)
            loop.detach(self)
        } catch {
            let reason = "\(error)"
            if reason != told { failed(reason) }
            told = reason
            loop.setTimer(self, at: loop.now + Self.interval)
        }
    }
}
