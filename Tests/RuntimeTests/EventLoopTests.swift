import Platform
import Testing

@testable import Runtime

@Suite struct EventLoopTests {
    private let loop: EventLoop

    init() throws {
        loop = try EventLoop()
    }

    private func attach(_ pair: borrowing SocketPair) throws -> Recorder {
        let handler = Recorder()
        try loop.attach(handler, descriptor: pair.near)
        return handler
    }

    @Test func `a readable descriptor makes its handler ready`() throws {
        let pair = try SocketPair()
        let handler = try attach(pair)
        pair.send([1])
        try loop.runOnce(waiting: true)
        #expect(handler.readinesses == [[.readable, .writable]])
    }

    @Test func `an edge is told once`() throws {
        let pair = try SocketPair()
        let handler = try attach(pair)
        pair.send([1])
        try loop.runOnce(waiting: true)
        try loop.runOnce(waiting: false)
        #expect(handler.readinesses.count == 1)
    }

    @Test func `a level is told as long as it lasts`() throws {
        let pair = try SocketPair()
        let handler = Recorder()
        try loop.attachLevelTriggered(handler, descriptor: pair.near)
        pair.send([1])
        try loop.runOnce(waiting: true)
        try loop.runOnce(waiting: true)
        #expect(handler.readinesses == [.readable, .readable])
    }

    @Test func `the end of the peer is told`() throws {
        var pair = try SocketPair()
        let handler = try attach(pair)
        pair.closeFar()
        try loop.runOnce(waiting: true)
        #expect(handler.readinesses.first?.isDisjoint(with: .peerClosed) == false)
    }

    @Test func `a detached handler hears nothing of an event of the same batch`() throws {
        let one = try SocketPair()
        let two = try SocketPair()
        let first = try attach(one)
        let second = try attach(two)
        first.onReady = { [unowned loop, unowned second] in loop.detach(second) }
        second.onReady = { [unowned loop, unowned first] in loop.detach(first) }
        one.send([1])
        two.send([1])
        try loop.runOnce(waiting: true)
        #expect(first.readinesses.count + second.readinesses.count == 1)
        #expect(loop.handlerCount == 1)
    }

    @Test func `a reused slot does not get the event of the one before`() throws {
        let one = try SocketPair()
        let two = try SocketPair()
        let newcomer = Recorder()
        let handlers = [try attach(one), try attach(two)]
        let slots = handlers.map(\.slot)
        for (index, handler) in handlers.enumerated() {
            handler.onReady = { [unowned loop] in
                loop.detach(handlers[1 - index])
                loop.attach(newcomer)
            }
        }
        one.send([1])
        two.send([1])
        try loop.runOnce(waiting: true)
        #expect(slots.contains(newcomer.slot))
        #expect(newcomer.readinesses == [])
        handlers.forEach { $0.onReady = nil }
    }

    @Test func `a reused slot does not get the timer of the one before`() throws {
        let newcomer = Recorder()
        let handlers = [Recorder(), Recorder()]
        for (index, handler) in handlers.enumerated() {
            loop.attach(handler)
            loop.setTimer(handler, at: loop.now)
            handler.onTimer = { [unowned loop] in
                loop.detach(handlers[1 - index])
                loop.attach(newcomer)
            }
        }
        let fired = try loop.run { handlers.contains { $0.firings > 0 } }
        #expect(fired)
        try loop.runOnce(waiting: false)
        #expect(handlers.map(\.firings).reduce(0, +) == 1)
        #expect(newcomer.isAttached)
        #expect(newcomer.firings == 0)
        handlers.forEach { $0.onTimer = nil }
    }

    @Test func `a handler may detach itself, and lives until the batch is over`() throws {
        let pair = try SocketPair()
        weak var observed: Recorder?
        var wasAlive = false
        do {
            let handler = try attach(pair)
            handler.onReady = { [unowned loop, unowned handler] in
                loop.detach(handler)
                wasAlive = handler.isAttached == false
            }
            observed = handler
        }
        #expect(observed != nil)
        pair.send([1])
        try loop.runOnce(waiting: true)
        #expect(wasAlive)
        #expect(observed == nil)
    }

    @Test func `a loop that goes leaves its handlers detached`() throws {
        let handler = Recorder()
        do {
            let passing = try EventLoop()
            passing.attach(handler)
        }
        #expect(!handler.isAttached)
        loop.attach(handler)
        #expect(handler.isAttached)
    }

    @Test func `a handler that is detached between batches goes at once`() throws {
        weak var observed: Recorder?
        do {
            let handler = Recorder()
            loop.attach(handler)
            loop.detach(handler)
            observed = handler
        }
        #expect(observed == nil)
    }

    @Test func `a loop that goes lets its handlers go`() throws {
        weak var observed: Recorder?
        do {
            let passing = try EventLoop()
            let attached = Recorder()
            let leaving = Recorder()
            passing.attach(attached)
            passing.attach(leaving)
            passing.detach(leaving)
            observed = attached
        }
        #expect(observed == nil)
    }

    @Test func `a descriptor that cannot be watched leaves nothing attached`() {
        let handler = Recorder()
        #expect(throws: SystemError.self) { try loop.attach(handler, descriptor: -1) }
        #expect(throws: SystemError.self) { try loop.attachLevelTriggered(handler, descriptor: -1) }
        #expect(!handler.isAttached)
        #expect(loop.handlerCount == 0)
    }

    @Test func `detaching twice changes nothing`() throws {
        let pair = try SocketPair()
        let handler = try attach(pair)
        loop.detach(handler)
        loop.detach(handler)
        #expect(loop.handlerCount == 0)
    }

    @Test func `a detached handler can be attached again`() throws {
        let pair = try SocketPair()
        let handler = try attach(pair)
        loop.detach(handler)
        try loop.attach(handler, descriptor: pair.near)
        pair.send([1])
        try loop.runOnce(waiting: true)
        #expect(handler.readinesses.count == 1)
    }

    @Test func `a handler that asks twice is visited again once`() throws {
        let handler = Recorder()
        loop.attach(handler)
        loop.revisit(handler)
        loop.revisit(handler)
        try loop.runOnce(waiting: true)
        try loop.runOnce(waiting: false)
        #expect(handler.readinesses == [[]])
    }

    @Test func `a handler that asks at each visit is visited once a batch`() throws {
        let handler = Recorder()
        loop.attach(handler)
        handler.onReady = { [unowned loop, unowned handler] in loop.revisit(handler) }
        loop.revisit(handler)
        for _ in 0..<3 { try loop.runOnce(waiting: true) }
        #expect(handler.readinesses.count == 3)
    }

    @Test func `events do not multiply the visits that a handler asks for`() throws {
        let pair = try SocketPair()
        let handler = try attach(pair)
        handler.onReady = { [unowned loop, unowned handler] in loop.revisit(handler) }
        for _ in 0..<10 {
            pair.send([1])
            try loop.runOnce(waiting: true)
        }
        #expect(handler.readinesses.count == 20)
    }

    @Test func `a reused slot does not get the visit that the one before asked for`() throws {
        let handler = Recorder()
        let newcomer = Recorder()
        loop.attach(handler)
        loop.revisit(handler)
        loop.detach(handler)
        loop.attach(newcomer)
        try loop.runOnce(waiting: false)
        #expect(newcomer.readinesses == [])
        loop.revisit(newcomer)
        loop.revisit(handler)
        try loop.runOnce(waiting: false)
        #expect(newcomer.readinesses == [[]])
    }

    @Test func `stopping ends the run after the batch`() throws {
        let one = try SocketPair()
        let two = try SocketPair()
        let handlers = [try attach(one), try attach(two)]
        handlers.forEach { $0.onReady = { [unowned loop] in loop.stop() } }
        one.send([1])
        two.send([1])
        try loop.run()
        #expect(handlers.allSatisfy { $0.readinesses.count == 1 })
    }

    @Test func `more events than a batch holds all arrive`() throws {
        let count = EventLoop.batchLimit + 10
        var handlers: [Recorder] = []
        for _ in 0..<count {
            let bell = Bell(try Wakeup())
            bell.wakeup.ring()
            let handler = Recorder()
            try loop.attach(handler, descriptor: bell.wakeup.number)
            handler.onReady = { _ = bell }
            handlers.append(handler)
        }
        try loop.runOnce(waiting: true)
        try loop.runOnce(waiting: true)
        #expect(handlers.allSatisfy { $0.readinesses.count == 1 })
    }

    /// Keeps a wake-up alive as long as its handler.
    private final class Bell {
        let wakeup: Wakeup

        init(_ wakeup: consuming Wakeup) {
            self.wakeup = wakeup
        }
    }
}
