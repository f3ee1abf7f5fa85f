import Framing
import Platform
import Runtime
import Testing

/// A message of one number, with so many bytes behind it.
private struct Note: FramedMessage {
    static let version: UInt8 = 3
    static let maximumBytes = 300

    var number: UInt16
    var text = ""

    init(_ number: UInt16, _ text: String = "") {
        self.number = number
        self.text = text
    }

    init?(reading reader: inout FrameReader) throws(FrameError) {
        guard try reader.byte() == 1 else { return nil }
        number = try reader.number()
        text = try reader.text()
    }

    func write(to writer: inout FrameWriter) {
        writer.add(1 as UInt8)
        writer.add(number)
        writer.add(text)
    }
}

struct FrameConnectionTests {
    private let loop: EventLoop
    private let path: String

    init() throws {
        loop = try EventLoop()
        path = "/tmp/limpet-framing-\(ProcessTable.ourIdentifier)-\(UInt64.random(in: 0 ... .max)).sock"
    }

    /// Runs the loop until something holds, or too much time has passed.
    private func run(until isDone: () -> Bool) throws -> Bool {
        let alarm = Alarm()
        loop.attach(alarm)
        defer { loop.detach(alarm) }
        loop.setTimer(alarm, at: .now + .seconds(30))
        while !isDone(), !alarm.hasRung { try loop.runOnce(waiting: true) }
        return isDone()
    }

    private final class Alarm: EventHandler {
        private(set) var hasRung = false

        override func timerFired() { hasRung = true }
    }

    private final class Ends {
        var all: [FrameConnectionEnd] = []
        var received: [Note] = []
        var refused: [String] = []
    }

    private func listener(_ ends: Ends, idleLimit: Duration? = nil) throws -> FrameListener<Note> {
        try FrameListener(
            path: path, loop: loop, idleLimit: idleLimit, refused: { ends.refused.append($0) },
            received: { connection, note in
                ends.received.append(note)
                connection.send(Note(note.number &+ 1, note.text))
            })
    }

    private func client(_ ends: Ends) throws -> FrameConnection<Note> {
        try FrameConnection(
            adopting: Socket.connect(to: .unix(path: path)), loop: loop,
            received: { _, note in ends.received.append(note) }, ended: { _, end in ends.all.append(end) })
    }

    @Test func `a question is answered, and the socket goes with its listener`() throws {
        let (server, ends) = (Ends(), Ends())
        let listener = try listener(server)
        let client = try client(ends)
        client.send(Note(7, "so"))
        #expect(try run { !ends.received.isEmpty })
        #expect(ends.received == [Note(8, "so")])
        listener.stop()
        #expect(try run { !ends.all.isEmpty })
        #expect(ends.all == [.closed])
        #expect(throws: SystemError.self) { _ = try Socket.connect(to: .unix(path: path)) }
        #expect(loop.handlerCount == 0)
    }

    @Test func `who says nothing is sent away, who goes on asking is not`() throws {
        let server = Ends()
        let (silent, busy) = (Ends(), Ends())
        let listener = try listener(server, idleLimit: .milliseconds(300))
        let quiet = try client(silent)
        let asking = try client(busy)
        asking.send(Note(1))
        #expect(
            try run {
                // As long as it is answered it asks again.
                if busy.received.count < 10_000, let last = busy.received.last, last.number % 2 == 0 {
                    asking.send(Note(last.number &+ 1))
                    busy.received = []
                }
                return !silent.all.isEmpty
            })
        #expect(silent.all == [.closed])
        #expect(busy.all.isEmpty)
        quiet.close()
        asking.close()
        listener.stop()
    }

    @Test func `no more are connected than may be`() throws {
        let server = Ends()
        let listener = try listener(server)
        let limit = FrameListener<Note>.connectionLimit
        let ends = (0...limit).map { _ in Ends() }
        let clients = try ends.map(client)
        for client in clients { client.send(Note(1)) }
        #expect(
            try run { ends.last?.all.isEmpty == false && ends.dropLast().allSatisfy { !$0.received.isEmpty } }
        )
        #expect(server.refused.count == 1)
        for client in clients { client.close() }
        listener.stop()
    }

    @Test func `who does not read what it asks for is sent away, with bounded memory`() throws {
        let server = Ends()
        let listener = try listener(server)
        let stuck = try Socket.connect(to: .unix(path: path))
        let question = Note(1, String(repeating: "x", count: 255)).encoded
        var waiting: [UInt8] = []
        #expect(
            try run {
                if waiting.isEmpty { for _ in 0..<64 { waiting += question } }
                let sent = unsafe waiting.withUnsafeBytes { unsafe Socket.send(stuck.number, $0) }
                if case .bytes(let count) = sent { waiting.removeFirst(count) }
                // Whatever the kernel keeps for it: some day it has taken all that it would.
                return !server.refused.isEmpty
            })
        #expect(server.refused == ["it does not read"])
        listener.stop()
    }
}
