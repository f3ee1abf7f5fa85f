public import Platform

/// One thread's loop over epoll(7): readiness to handlers, deadlines to handlers, both from one table.
///
/// Born in its thread and never shared. An event carries the slot of its handler and the slot's generation, so an
/// event for a descriptor that was closed earlier in the same batch finds nobody. Handlers usually hold their loop, and
/// the loop holds them: detach all of them before letting a loop go.
@safe
public final class EventLoop {
    /// The length of a timer tick.
    static let tickNanoseconds: UInt64 = 4_000_000
    /// The most events taken in one wait.
    static let batchLimit = 256

    /// The moment at which the current batch began.
    public private(set) var now: MonotonicTime
    /// How many events the current batch has.
    public private(set) var batchEvents = 0
    /// Spare buffers for all that lives on this loop.
    public let buffers = BufferPool()
    /// The large buffers that all transports of this loop share.
    public let scratch = LoopScratch()

    @safe
    private struct Slot {
        var handler: Unmanaged<EventHandler>?
        var descriptor: Int32 = -1
        var generation: UInt32 = 0
        var awaitsVisit = false
    }

    private let poller: Poller
    private var slots: [Slot] = []
    private var free: [Int32] = []
    private var timers: TimerWheel
    private var revisits: [UInt64] = []
    private var visiting: [UInt64] = []
    private var leaving: [Unmanaged<EventHandler>] = unsafe []
    private var isStopping = false
    private var isDispatching = false

    /// A loop with no handlers.
    public init() throws(SystemError) {
        poller = try Poller(capacity: Self.batchLimit)
        now = .now
        timers = TimerWheel(tick: now.nanoseconds / Self.tickNanoseconds)
    }

    deinit {
        for index in slots.indices {
            guard let held = unsafe slots[index].handler else { continue }
            unsafe slots[index].handler = nil
            unsafe held._withUnsafeGuaranteedRef { $0.slot = -1 }
            unsafe leaving.append(held)
        }
        releaseLeaving()
    }

    /// How many handlers are attached.
    public var handlerCount: Int { slots.count - free.count }

    /// Attaches `handler` for timers alone.
    public func attach(_ handler: EventHandler) {
        precondition(!handler.isAttached, "a handler is attached once")
        let slot = free.popLast() ?? appendSlot()
        unsafe slots[Int(slot)].handler = Unmanaged.passRetained(handler)
        handler.slot = slot
    }

    /// Attaches `handler` to `descriptor`, edge-triggered in both directions.
    public func attach(_ handler: EventHandler, descriptor: Int32) throws(SystemError) {
        attach(handler)
        do {
            try poller.add(descriptor, tag: tag(handler.slot))
        } catch {
            detach(handler)
            throw error
        }
        slots[Int(handler.slot)].descriptor = descriptor
    }

    /// Attaches `handler` to `descriptor` for reading, level-triggered: listeners, signals, wake-ups.
    public func attachLevelTriggered(_ handler: EventHandler, descriptor: Int32) throws(SystemError) {
        attach(handler)
        do {
            try poller.addLevelTriggered(descriptor, tag: tag(handler.slot))
        } catch {
            detach(handler)
            throw error
        }
        slots[Int(handler.slot)].descriptor = descriptor
    }

    /// Lets go of `handler`: no event and no timer reaches it from now on. Detach before closing the descriptor.
    ///
    /// - Parameters:
    ///   - handler: who leaves; if it was not attached, nothing happens.
    ///   - isClosing: its descriptor will be closed right after, at which the kernel forgets it by itself.
    public func detach(_ handler: EventHandler, isClosing: Bool = false) {
        guard handler.isAttached else { return }
        let index = Int(handler.slot)
        if !isClosing, slots[index].descriptor >= 0 { poller.remove(slots[index].descriptor) }
        timers.clear(handler.slot)
        if let held = unsafe slots[index].handler { unsafe leaving.append(held) }
        unsafe slots[index].handler = nil
        slots[index].descriptor = -1
        slots[index].awaitsVisit = false
        slots[index].generation &+= 1
        free.append(handler.slot)
        handler.slot = -1
        if !isDispatching { releaseLeaving() }
    }

    /// Sets the one deadline of an attached handler, in place of an earlier one. Resolution: one tick of 4 ms.
    public func setTimer(_ handler: EventHandler, at deadline: MonotonicTime) {
        guard handler.isAttached else { return }
        timers.set(handler.slot, deadline: Self.tick(of: deadline))
    }

    /// Takes the deadline away.
    public func clearTimer(_ handler: EventHandler) {
        guard handler.isAttached else { return }
        timers.clear(handler.slot)
    }

    /// Calls `handler` again after the current batch, as if it had become ready: for who gives up its turn with work
    /// left that no edge will announce. Asking twice is asking once.
    public func revisit(_ handler: EventHandler) {
        guard handler.isAttached, !slots[Int(handler.slot)].awaitsVisit else { return }
        slots[Int(handler.slot)].awaitsVisit = true
        revisits.append(tag(handler.slot))
    }

    /// Runs until `stop` is called.
    public func run() throws(SystemError) {
        isStopping = false
        while !isStopping { try runOnce(waiting: true) }
    }

    /// Ends `run` after the current batch. Called on the loop's own thread; others post a message.
    public func stop() {
        isStopping = true
    }

    /// One batch: waits for events (or not), then dispatches events and deadlines.
    public func runOnce(waiting: Bool) throws(SystemError) {
        precondition(!isDispatching, "a handler does not run the loop that runs it")
        let count = try poller.wait(milliseconds: waiting ? waitMilliseconds() : 0)
        now = .now
        batchEvents = count
        isDispatching = true
        for index in 0..<count {
            let (tag, readiness) = poller.event(index)
            unsafe handler(tag)?._withUnsafeGuaranteedRef { $0.ready(readiness) }
        }
        visitAgain()
        fireTimers()
        isDispatching = false
        releaseLeaving()
    }

    private func visitAgain() {
        guard !revisits.isEmpty else { return }
        // Who asks again meanwhile is visited after the next batch.
        swap(&revisits, &visiting)
        for index in visiting.indices {
            let tag = visiting[index]
            guard let visited = unsafe handler(tag) else { continue }
            slots[Int(tag & 0xffff_ffff)].awaitsVisit = false
            unsafe visited._withUnsafeGuaranteedRef { $0.ready([]) }
        }
        visiting.removeAll(keepingCapacity: true)
    }

    /// The tick that has come when `deadline` has: never early, less than a tick late.
    static func tick(of deadline: MonotonicTime) -> UInt64 {
        let (whole, rest) = deadline.nanoseconds.quotientAndRemainder(dividingBy: tickNanoseconds)
        return rest == 0 ? whole : whole &+ 1
    }

    private func fireTimers() {
        timers.advance(to: now.nanoseconds / Self.tickNanoseconds)
        while let slot = timers.popDue() {
            unsafe slots[Int(slot)].handler?._withUnsafeGuaranteedRef { $0.timerFired() }
        }
    }

    private func releaseLeaving() {
        // A handler's deinit may detach others, which join the list.
        while let handler = unsafe leaving.popLast() { unsafe handler.release() }
    }

    private func waitMilliseconds() -> Int32 {
        guard revisits.isEmpty else { return 0 }
        guard let next = timers.nextTick else { return -1 }
        let moment = MonotonicTime.now.nanoseconds
        let due = next &* Self.tickNanoseconds
        guard due > moment else { return 0 }
        return Int32(clamping: (due &- moment &+ 999_999) / 1_000_000)
    }

    /// Who holds the slot of `tag`, if it is still the one whom the tag was made for.
    private func handler(_ tag: UInt64) -> Unmanaged<EventHandler>? {
        let slot = Int(tag & 0xffff_ffff)
        guard slot < slots.count, slots[slot].generation == UInt32(tag >> 32) else { return nil }
        return unsafe slots[slot].handler
    }

    private func tag(_ slot: Int32) -> UInt64 {
        UInt64(slots[Int(slot)].generation) << 32 | UInt64(UInt32(bitPattern: slot))
    }

    private func appendSlot() -> Int32 {
        let slot = Int32(slots.count)
        slots.append(Slot())
        timers.grow(to: slots.count)
        return slot
    }
}
