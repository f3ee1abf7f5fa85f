import Platform
import Testing

@testable import Runtime

@Suite struct MailboxTests {
    private let loop: EventLoop

    init() throws {
        loop = try EventLoop()
    }

    @Test func `messages are heard in order`() throws {
        let mailbox = try Mailbox<Int>()
        var heard: [Int] = []
        _ = try mailbox.attach(to: loop) { heard.append($0) }
        for number in 0..<100 { mailbox.post(number) }
        try loop.runOnce(waiting: true)
        #expect(heard == Array(0..<100))
    }

    @Test func `what was posted before the loop listened is heard`() throws {
        let mailbox = try Mailbox<Int>()
        mailbox.post(7)
        var heard: [Int] = []
        _ = try mailbox.attach(to: loop) { heard.append($0) }
        try loop.runOnce(waiting: true)
        #expect(heard == [7])
    }

    @Test func `a full box takes no more until it was emptied`() throws {
        let mailbox = try Mailbox<Int>(limit: 2)
        #expect(mailbox.post(1))
        #expect(mailbox.post(2))
        #expect(!mailbox.post(3))
        #expect(mailbox.drain() == [1, 2])
        #expect(mailbox.post(4))
        #expect(mailbox.drain() == [4])
    }

    @Test func `a message posted while another is heard is heard later`() throws {
        let mailbox = try Mailbox<Int>()
        var heard: [Int] = []
        _ = try mailbox.attach(to: loop) { number in
            heard.append(number)
            if number < 3 { mailbox.post(number + 1) }
        }
        mailbox.post(1)
        let came = try loop.run { heard.count == 3 }
        #expect(came)
        #expect(heard == [1, 2, 3])
    }

    @Test func `after the receiver is detached messages stay in the box, in order`() throws {
        let mailbox = try Mailbox<Int>()
        var heard: [Int] = []
        var receiver: EventHandler?
        receiver = try mailbox.attach(to: loop) { [unowned loop] number in
            heard.append(number)
            mailbox.post(number + 10)
            if number == 2, let receiver { loop.detach(receiver) }
        }
        for number in 1...4 { mailbox.post(number) }
        try loop.runOnce(waiting: true)
        #expect(heard == [1, 2])
        #expect(mailbox.drain() == [3, 4, 11, 12])
        receiver = nil
    }

    @Test func `messages that were left over are heard by the next receiver`() throws {
        let mailbox = try Mailbox<Int>()
        var receiver: EventHandler?
        receiver = try mailbox.attach(to: loop) { [unowned loop] _ in
            if let receiver { loop.detach(receiver) }
        }
        mailbox.post(1)
        mailbox.post(2)
        try loop.runOnce(waiting: true)
        var heard: [Int] = []
        receiver = try mailbox.attach(to: loop) { heard.append($0) }
        let came = try loop.run { !heard.isEmpty }
        #expect(came)
        #expect(heard == [2])
        receiver = nil
    }

    @Test func `several threads post, none of it is lost, each in its order`() throws {
        let mailbox = try Mailbox<(thread: Int, number: Int)>(limit: 1 << 16)
        var heard: [[Int]] = Array(repeating: [], count: 4)
        _ = try mailbox.attach(to: loop) { heard[$0.thread].append($0.number) }
        let threads = try (0..<4).map { thread in
            try WorkerThread(name: "poster") {
                for number in 0..<2000 { mailbox.post((thread, number)) }
            }
        }
        let came = try loop.run { heard.allSatisfy { $0.count == 2000 } }
        threads.forEach { $0.join() }
        #expect(came)
        #expect(heard.allSatisfy { $0 == Array(0..<2000) })
    }

    @Test func `a loop in another thread is stopped by a message`() throws {
        let mailbox = try Mailbox<Bool>()
        let thread = try WorkerThread(name: "loop") {
            guard let loop = try? EventLoop() else { return }
            guard let receiver = try? mailbox.attach(to: loop, { _ in loop.stop() }) else { return }
            try? loop.run()
            loop.detach(receiver)
        }
        mailbox.post(true)
        thread.join()
        #expect(mailbox.drain().isEmpty)
    }

    @Test func `what was ordered is heard though the box is full`() throws {
        let mailbox = try Mailbox<Int>(limit: 2)
        for number in 1...4 { mailbox.post(number) }
        mailbox.order(9)
        #expect(!mailbox.post(5))
        var heard: [Int] = []
        _ = try mailbox.attach(to: loop) { heard.append($0) }
        try loop.runOnce(waiting: true)
        #expect(heard == [1, 2, 9])
    }

    @Test func `an order takes the place of what it makes needless, and of nothing else`() throws {
        let mailbox = try Mailbox<Int>(limit: 2)
        for number in 0..<10_000 { mailbox.order(number, insteadOf: { $0 % 3 == number % 3 }) }
        #expect(mailbox.drain() == [9997, 9998, 9999])
        mailbox.order(1, insteadOf: { _ in true })
        #expect(mailbox.drain() == [1])
    }
}
