import Platform
import Testing

@testable import Runtime

@Suite struct EventLoopTimerTests {
    private let loop: EventLoop

    init() throws {
        loop = try EventLoop()
    }

    private func attach() -> Recorder {
        let handler = Recorder()
        loop.attach(handler)
        return handler
    }

    @Test func `a timer fires, and not before its deadline`() throws {
        let handler = attach()
        let deadline = MonotonicTime.now + .milliseconds(10)
        loop.setTimer(handler, at: deadline)
        var fired: MonotonicTime?
        handler.onTimer = { [unowned loop] in fired = loop.now }
        let came = try loop.run { handler.firings > 0 }
        #expect(came)
        #expect(fired.map { $0 >= deadline } == true)
    }

    @Test func `a timer fires once`() throws {
        let handler = attach()
        let later = attach()
        loop.setTimer(handler, at: loop.now)
        loop.setTimer(later, at: .now + .milliseconds(30))
        let came = try loop.run { later.firings > 0 }
        #expect(came)
        #expect(handler.firings == 1)
    }

    @Test func `a timer may be set again when it fires`() throws {
        let handler = attach()
        handler.onTimer = { [unowned loop, unowned handler] in
            if handler.firings < 3 { loop.setTimer(handler, at: loop.now) }
        }
        loop.setTimer(handler, at: loop.now)
        let came = try loop.run { handler.firings == 3 }
        #expect(came)
    }

    @Test func `a cleared timer does not fire`() throws {
        let handler = attach()
        let later = attach()
        loop.setTimer(handler, at: loop.now)
        loop.setTimer(later, at: .now + .milliseconds(10))
        loop.clearTimer(handler)
        let came = try loop.run { later.firings > 0 }
        #expect(came)
        #expect(handler.firings == 0)
    }

    @Test func `a timer cleared by one that fires in the same batch does not fire`() throws {
        let handlers = [attach(), attach()]
        for (index, handler) in handlers.enumerated() {
            loop.setTimer(handler, at: loop.now)
            handler.onTimer = { [unowned loop] in loop.clearTimer(handlers[1 - index]) }
        }
        let later = attach()
        loop.setTimer(later, at: .now + .milliseconds(20))
        let came = try loop.run { later.firings > 0 }
        #expect(came)
        #expect(handlers.map(\.firings).reduce(0, +) == 1)
        handlers.forEach { $0.onTimer = nil }
    }

    @Test func `a detached handler has no timer`() throws {
        let handler = attach()
        loop.detach(handler)
        loop.setTimer(handler, at: loop.now)
        loop.clearTimer(handler)
        let later = attach()
        loop.setTimer(later, at: .now + .milliseconds(10))
        let came = try loop.run { later.firings > 0 }
        #expect(came)
        #expect(handler.firings == 0)
    }

    @Test(arguments: [0, 1, 3_999_999, 4_000_000, 4_000_001, 7_999_999, UInt64.max] as [UInt64])
    func `a deadline's tick is never early and less than a tick late`(nanoseconds: UInt64) {
        let tick = EventLoop.tick(of: MonotonicTime(nanoseconds: nanoseconds))
        let (moment, beyond) = tick.multipliedReportingOverflow(by: EventLoop.tickNanoseconds)
        #expect(beyond || moment >= nanoseconds)
        #expect(beyond || moment - nanoseconds < EventLoop.tickNanoseconds)
    }

    @Test func `a deadline at the end of time can be set`() throws {
        let handler = attach()
        loop.setTimer(handler, at: MonotonicTime(nanoseconds: .max))
        try loop.runOnce(waiting: false)
        #expect(handler.firings == 0)
    }

    @Test func `many timers fire in one run`() throws {
        let handlers = (0..<500).map { _ in attach() }
        let start = MonotonicTime.now
        for (index, handler) in handlers.enumerated() {
            loop.setTimer(handler, at: start.advanced(byNanoseconds: UInt64(index % 50) * 1_000_000))
        }
        let came = try loop.run { handlers.allSatisfy { $0.firings == 1 } }
        #expect(came)
    }
}
