import Glibc
import Platform
import Runtime

/// A name server on loopback: UDP, and TCP on the same port, answering what a test has written down.
final class NameServer {
    /// One resource record of an answer.
    struct Record {
        var owner: String
        var type: UInt16
        var life: UInt32
        var data: [UInt8]

        static func a(_ owner: String, _ bytes: [UInt8], life: UInt32 = 60) -> Record {
            Record(owner: owner, type: 1, life: life, data: bytes)
        }

        static func aaaa(_ owner: String, _ bytes: [UInt8], life: UInt32 = 60) -> Record {
            Record(owner: owner, type: 28, life: life, data: bytes)
        }

        static func alias(_ owner: String, of target: String, life: UInt32 = 60) -> Record {
            Record(owner: owner, type: 5, life: life, data: NameServer.encoded(target))
        }
    }

    /// How it behaves.
    enum Mood {
        /// It answers; for a name without records: no such name.
        case helpful
        /// It answers that it has failed.
        case failing
        /// It says nothing.
        case silent
        /// It sends something that is no answer first.
        case babbling
        /// Over UDP it sends truncated answers only.
        case truncating
    }

    var mood = Mood.helpful
    /// Records by the name that is asked for; aliases and their targets together.
    var records: [String: [Record]] = [:]
    /// How many of the coming questions are dropped.
    var drops = 0
    /// The names and types that were asked for.
    private(set) var questions: [(name: String, type: UInt16)] = []
    /// Questions that came over TCP.
    private(set) var connectionCount = 0

    let address: SocketAddress
    private let datagrams: Datagrams
    private let listener: ScriptedService
    private var streams: [Stream] = []
    private let loop: EventLoop

    init(loop: EventLoop) throws {
        self.loop = loop
        listener = try ScriptedService(.close, loop: loop)
        address = listener.address
        datagrams = try Datagrams(port: address.port ?? 0)
        datagrams.server = self
        try loop.attachLevelTriggered(datagrams, descriptor: datagrams.descriptor)
        listener.script = .hand { [unowned self] in accept($0) }
    }

    func stop() {
        loop.detach(datagrams)
        Glibc.close(datagrams.descriptor)
        listener.stop()
        for stream in streams { stream.close() }
        streams = []
    }

    // MARK: Answers

    /// What to send for a question; nil for nothing.
    fileprivate func answer(_ question: [UInt8], overStream: Bool) -> [UInt8]? {
        guard question.count > 16 else { return nil }
        var labels: [String] = []
        var index = 12
        while index < question.count, question[index] != 0 {
            let end = min(index + 1 + Int(question[index]), question.count)
            labels.append(String(decoding: question[(index + 1)..<end], as: UTF8.self))
            index = end
        }
        guard index + 4 < question.count else { return nil }
        let name = labels.joined(separator: ".").lowercased()
        let type = UInt16(question[index + 1]) << 8 | UInt16(question[index + 2])
        questions.append((name, type))
        if drops > 0 {
            drops -= 1
            return nil
        }
        let isTruncated = mood == .truncating && !overStream
        let known = records[name]
        let found = isTruncated ? [] : (known ?? []).filter { $0.type == type || $0.type == 5 }
        let code: UInt8 = mood == .failing ? 2 : known == nil ? 3 : 0
        var reply = Array(question[0..<2]) + [0x81 | (isTruncated ? 2 : 0), 0x80 | code, 0, 1]
        reply += [0, code == 0 ? UInt8(found.count) : 0, 0, 0, 0, 0]
        reply += question[12..<(index + 5)]
        guard code == 0 else { return reply }
        for record in found {
            reply += Self.encoded(record.owner) + Self.bytes(record.type) + [0, 1]
            reply +=
                Self.bytes(UInt16(record.life >> 16)) + Self.bytes(UInt16(truncatingIfNeeded: record.life))
            reply += Self.bytes(UInt16(record.data.count)) + record.data
        }
        return reply
    }

    fileprivate static func bytes(_ value: UInt16) -> [UInt8] {
        [UInt8(value >> 8), UInt8(truncatingIfNeeded: value)]
    }

    static func encoded(_ name: String) -> [UInt8] {
        name.split(separator: ".").flatMap { [UInt8($0.utf8.count)] + Array($0.utf8) } + [0]
    }

    private func accept(_ descriptor: consuming Descriptor) {
        connectionCount += 1
        let stream = Stream(descriptor, of: self, loop: loop)
        streams.append(stream)
        try? loop.attach(stream, descriptor: stream.transport.descriptor)
    }

    // MARK: Sockets

    private final class Datagrams: EventHandler {
        let descriptor: Int32
        weak var server: NameServer?

        init(port: UInt16) throws {
            let kind = Int32(SOCK_DGRAM.rawValue | SOCK_NONBLOCK.rawValue | SOCK_CLOEXEC.rawValue)
            descriptor = socket(AF_INET, kind, 0)
            super.init()
            var address = sockaddr_in()
            address.sin_family = sa_family_t(AF_INET)
            address.sin_port = port.bigEndian
            address.sin_addr.s_addr = UInt32(0x7f00_0001).bigEndian
            let result = unsafe withUnsafePointer(to: &address) { pointer in
                unsafe pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                    unsafe bind(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
                }
            }
            guard result == 0 else { throw SystemError("bind", number: EADDRINUSE) }
        }

        override func ready(_ readiness: Readiness) {
            var bytes = [UInt8](repeating: 0, count: 1500)
            while let server {
                var from = sockaddr_in()
                var length = socklen_t(MemoryLayout<sockaddr_in>.size)
                let count = unsafe withUnsafeMutablePointer(to: &from) { pointer in
                    unsafe pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                        unsafe recvfrom(descriptor, &bytes, bytes.count, 0, $0, &length)
                    }
                }
                guard count > 0 else { return }
                guard server.mood != .silent,
                    let reply = server.answer(Array(bytes[..<count]), overStream: false)
                else { continue }
                let noise: [[UInt8]] =
                    server.mood == .babbling ? [[1], [UInt8](repeating: 0xff, count: 40)] : []
                for message in noise + [reply] {
                    _ = unsafe withUnsafePointer(to: &from) { pointer in
                        unsafe pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                            unsafe sendto(descriptor, message, message.count, 0, $0, length)
                        }
                    }
                }
            }
        }
    }

    /// A TCP connection: each message behind its length (RFC 1035 section 4.2.2), sent in pieces.
    private final class Stream: EventHandler {
        let transport: Transport
        private weak var server: NameServer?
        private let loop: EventLoop
        private var input: [UInt8] = []
        private var output: [UInt8] = []

        init(_ descriptor: consuming Descriptor, of server: NameServer, loop: EventLoop) {
            transport = Transport(adopting: descriptor, loop: loop)
            self.server = server
            self.loop = loop
        }

        func close() {
            loop.detach(self)
            transport.close()
        }

        override func ready(_ readiness: Readiness) {
            transport.note(readiness)
            var bytes = [UInt8](repeating: 0, count: 1500)
            reading: while true {
                switch unsafe bytes.withUnsafeMutableBytes({ unsafe transport.receive(into: $0) }) {
                case .bytes(let count): input += bytes[..<count]
                case .wouldBlock: break reading
                case .end, .failed: return close()
                }
            }
            while input.count >= 2, input.count >= 2 + Int(input[0]) << 8 + Int(input[1]) {
                let end = 2 + Int(input[0]) << 8 + Int(input[1])
                if let reply = server?.answer(Array(input[2..<end]), overStream: true) {
                    output += NameServer.bytes(UInt16(reply.count)) + reply
                }
                input.removeFirst(end)
            }
            guard !output.isEmpty else { return }
            let piece = Array(output.prefix(max(1, output.count / 3)))
            output.removeFirst(piece.count)
            unsafe piece.withUnsafeBytes { unsafe transport.write($0) }
            if !output.isEmpty { loop.revisit(self) }
        }
    }
}
