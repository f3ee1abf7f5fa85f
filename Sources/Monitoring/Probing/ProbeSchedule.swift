internal import Platform
internal import Runtime

/// Probes one instance again and again: never two probes at a time. Detached from the loop by `stop`.
final class ProbeSchedule: EventHandler {
    /// What its owner decides.
    protocol Owner: AnyObject {
        /// Where the next probe goes; nil if the instance has no address.
        var probeTarget: SocketAddress? { get }
        /// Whether the next probe follows after a quarter of the interval.
        var isProbedOften: Bool { get }
        /// A probe is over; nil if there was no address to ask at.
        func probeEnded(_ outcome: ProbeOutcome?)
    }

    private let loop: EventLoop
    private var plan: ProbePlan
    private var interval: Duration
    private weak var owner: (any Owner)?
    private var probe: Probe?
    private var began: MonotonicTime
    private var isProbing = false
    private var hasProbed = false

    /// Probes by `plan`, from the start of one probe to the next in `interval`; the first one after `delay`.
    init(
        _ plan: ProbePlan, every interval: Duration, after delay: Duration, of owner: any Owner,
        loop: EventLoop
    ) {
        self.plan = plan
        self.interval = interval
        self.owner = owner
        self.loop = loop
        began = loop.now
        super.init()
        loop.attach(self)
        loop.setTimer(self, at: loop.now + delay)
    }

    /// From the next probe on it is done that way.
    func change(to plan: ProbePlan, every interval: Duration) {
        self.plan = plan
        self.interval = interval
        // The first probe keeps its time, however often the configuration is read again.
        if !isProbing, hasProbed { setTimer() }
    }

    /// Drops a probe that is under way, for it asks at an old address, and probes at once.
    func restart() {
        probe?.cancel()
        probe = nil
        isProbing = false
        loop.setTimer(self, at: loop.now)
    }

    /// Ends it.
    func stop() {
        probe?.cancel()
        probe = nil
        loop.detach(self)
    }

    override func timerFired() {
        guard let owner, !isProbing else { return }
        began = .now
        hasProbed = true
        guard let address = owner.probeTarget else { return finished(nil) }
        isProbing = true
        let probe = Probe(plan, of: plan.target(for: address), loop: loop) { [weak self] outcome in
            self?.finished(outcome)
        }
        if isProbing { self.probe = probe }
    }

    private func finished(_ outcome: ProbeOutcome?) {
        isProbing = false
        probe = nil
        owner?.probeEnded(outcome)
        setTimer()
    }

    /// The next probe: an interval after the start of the last one, give or take a tenth, so that many appliances and many
    /// instances don't keep step.
    private func setTimer() {
        let often = owner?.isProbedOften == true
        let nominal = min((often ? interval / 4 : interval).clampedNanoseconds, .max / 2)
        let jitter = nominal / 10
        let pause = nominal - jitter + UInt64.random(in: 0...(2 * jitter))
        let soonest = loop.now + MonitoringLimits.shortestProbePause
        loop.setTimer(self, at: max(began.advanced(byNanoseconds: pause), soonest))
    }
}
