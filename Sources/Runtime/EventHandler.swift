public import Platform

/// What an event loop calls: the owner of a descriptor, of a timer, or of both. Subclass it.
///
/// The loop keeps an attached handler alive until it is detached *and* the current batch of events is over, so a
/// handler may detach itself, or others, in the middle of an event.
open class EventHandler {
    /// The place in the loop's table; -1 while detached.
    final var slot: Int32 = -1

    /// A detached handler.
    public init() {}

    /// Whether a loop knows this handler.
    public final var isAttached: Bool { slot >= 0 }

    /// The descriptor has become ready. Edge-triggered: use it until it would block.
    open func ready(_ readiness: Readiness) {}

    /// The deadline has passed. The timer is off until it is set again.
    open func timerFired() {}
}
