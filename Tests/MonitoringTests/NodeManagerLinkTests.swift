import Platform
import Runtime
import Testing

@testable import Monitoring

/// How the gateway hears, loses and finds its node manager.
struct NodeManagerLinkTests {
    /// Something that listens where a node manager should: it says the same to whoever comes.
    private final class Manager: EventHandler {
        private let loop: EventLoop
        private let socket: Descriptor
        private let path: String
        private let words: [UInt8]
        private let closes: Bool
        private var connections: [Int32] = []
        /// When each connection came.
        private(set) var moments: [MonotonicTime] = []

        init(at path: String, _ loop: EventLoop, saying words: [UInt8] = [], closes: Bool = false) throws {
            self.loop = loop
            self.path = path
            self.words = words
            self.closes = closes
            socket = try Socket.listen(on: .unix(path: path), backlog: 16, sharesPort: false)
            super.init()
            try loop.attachLevelTriggered(self, descriptor: socket.number)
        }

        override func ready(_ readiness: Readiness) {
            while case .connection(let number, _) = Socket.accept(socket.number) {
                moments.append(loop.now)
                connections.append(number)
                say(words)
                if closes { closeAll() }
            }
        }

        /// Sends bytes to all who have come; those that have gone do not mind.
        func say(_ bytes: [UInt8]) {
            for number in connections { unsafe bytes.withUnsafeBytes { _ = unsafe Socket.send(number, $0) } }
        }

        func stop() {
            closeAll()
            loop.detach(self)
            SocketFile.remove(path)
        }

        private func closeAll() {
            for number in connections { Descriptor.close(number) }
            connections = []
        }
    }

    /// What a manager says first: its number, 1.
    private static let hello: [UInt8] = [0, 0, 0, 10, 1, 1, 0, 0, 0, 0, 0, 0, 0, 1]

    private let path = "/tmp/limpet-test-\(SecureRandom.word()).sock"

    @Test func `a manager that is lost, heard again and silent again is silent twice`() throws {
        let turn = try TestLoop()
        let manager = try Manager(at: path, turn.loop)
        var (found, silent, lost, before) = (0, 0, 0, 0)
        let link = NodeManagerLink(
            path: path, silence: .milliseconds(40), lost: .milliseconds(80), loop: turn.loop
        ) { event in
            switch event {
            case .found: found += 1
            case .silent:
                silent += 1
                before = manager.moments.count
            case .lost: lost += 1
            case .report, .removed, .absent, .refused: break
            }
        }
        for round in 1...3 {
            // Lost, and come back to without an answer.
            #expect(try turn.run { lost == round && manager.moments.count > before })
            #expect(silent == round)
            manager.say(Self.hello)
            #expect(try turn.run { found == round })
        }
        link.stop()
        manager.stop()
    }

    @Test(arguments: [[], [0, 0, 0, 2, 9, 1], [UInt8](repeating: 0xff, count: 64)])
    func `a peer that makes no sense, or ends at once, is asked now and then, and told of once`(
        words: [UInt8]
    ) throws {
        let turn = try TestLoop()
        let manager = try Manager(at: path, turn.loop, saying: words, closes: words.isEmpty)
        var refusals: [String] = []
        let link = NodeManagerLink(
            path: path, silence: .seconds(60), lost: .seconds(60), loop: turn.loop
        ) { event in
            if case .refused(let reason) = event { refusals.append(reason) }
        }
        #expect(try turn.run { manager.moments.count == 4 })
        link.stop()
        manager.stop()
        let gaps = zip(manager.moments, manager.moments.dropFirst()).map { $1 - $0 }
        // The interval is 50 ms; who accepts late the one time may be early the next.
        #expect(gaps.reduce(.zero, +) >= .milliseconds(100), "\(gaps)")
        #expect(refusals.count == (words.isEmpty ? 0 : 1), "\(refusals)")
    }

    @Test
    func `a manager that does not come is missed less and less often, and at once when it has been there`()
        throws
    {
        let turn = try TestLoop()
        var moments: [MonotonicTime] = []
        var found = 0
        let link = NodeManagerLink(
            path: path, silence: .seconds(60), lost: .seconds(60), shortestAbsence: .milliseconds(100),
            loop: turn.loop
        ) { event in
            switch event {
            case .absent: moments.append(.now)
            case .found: found += 1
            default: break
            }
        }
        #expect(try turn.run { moments.count == 4 })
        let gaps = zip(moments, moments.dropFirst()).map { $1 - $0 }
        // A gap is told with a delay of up to an attempt; each begins where the one before has ended.
        for (gap, wanted) in zip(gaps, [100, 200, 400]) {
            #expect(gap >= .milliseconds(wanted) - .milliseconds(10), "\(gaps)")
        }
        let manager = try Manager(at: path, turn.loop, saying: Self.hello)
        #expect(try turn.run { found == 1 })
        manager.stop()
        let end = MonotonicTime.now
        #expect(try turn.run { moments.count == 5 })
        #expect(moments.last.map { $0 - end < .milliseconds(800) } ?? false)
        link.stop()
    }
}
