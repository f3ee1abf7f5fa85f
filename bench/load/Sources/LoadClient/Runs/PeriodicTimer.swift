internal import CTimer
internal import Platform
internal import Runtime

/// Calls again and again, much finer than the loop's own timers (timerfd_create(2)).
final class PeriodicTimer: EventHandler {
    private let descriptor: Descriptor
    private let fire: () -> Void

    /// A timer that calls `fire` from now on, every `nanoseconds`.
    init(every nanoseconds: Int, on loop: EventLoop, _ fire: @escaping () -> Void) throws(LoadError) {
        let number = limpet_load_timer(nanoseconds)
        guard number >= 0 else { throw .notServed("no timer") }
        descriptor = Descriptor(adopting: number)
        self.fire = fire
        super.init()
        do {
            try loop.attachLevelTriggered(self, descriptor: descriptor.number)
        } catch {
            throw .system(error)
        }
    }

    override func ready(_ readiness: Readiness) {
        limpet_load_timer_take(descriptor.number)
        fire()
    }
}
