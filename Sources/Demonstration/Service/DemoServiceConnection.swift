internal import HTTP
internal import HTTP1
internal import Platform
internal import Runtime

/// One client's connection to a demo service: requests in turn, bodies read and dropped.
final class DemoServiceConnection: EventHandler {
    private static let idleTime = Duration.seconds(120)
    private static let readBytes = 16 << 10

    private enum Phase {
        case head
        case body(UInt64)
        case chunks
        case answering
    }

    private enum Step {
        case progress, wait, over
    }

    private let transport: Transport
    private let identity: ServiceIdentity
    private unowned let loop: EventLoop
    private let onClose: () -> Void
    private var phase = Phase.head
    private var parser = RequestHeadParser()
    private var decoder = ChunkedDecoder()
    private let input = ByteBuffer(capacity: readBytes)
    private var answer: DemoAnswer?
    private var isClosed = false

    init(
        adopting descriptor: consuming Descriptor, identity: ServiceIdentity, loop: EventLoop,
        onClose: @escaping () -> Void
    ) {
        transport = Transport(adopting: descriptor, loop: loop)
        self.identity = identity
        self.loop = loop
        self.onClose = onClose
    }

    /// Serves what may have come already.
    func start() {
        loop.setTimer(self, at: loop.now + Self.idleTime)
        serve()
    }

    /// Closes a connection that no loop has taken.
    func abandon() { transport.close() }

    override func ready(_ readiness: Readiness) {
        transport.note(readiness)
        serve()
    }

    override func timerFired() { close() }

    private func close() {
        guard !isClosed else { return }
        isClosed = true
        loop.detach(self)
        transport.close()
        onClose()
    }

    private func serve() {
        while !isClosed {
            guard transport.failure == nil else { return close() }
            guard !transport.hasPendingOutput else { return }
            switch step() {
            case .progress: continue
            case .wait: guard receive() else { return }
            case .over: return close()
            }
        }
    }

    /// Reads more; false if there is nothing now, or the connection is over.
    private func receive() -> Bool {
        var transfer = Socket.Transfer.wouldBlock
        unsafe input.withWritableBytes(minimum: Self.readBytes) { room in
            transfer = unsafe transport.receive(into: room)
            guard case .bytes(let count) = transfer else { return 0 }
            return count
        }
        switch transfer {
        case .bytes: return true
        case .wouldBlock: return false
        case .end, .failed:
            close()
            return false
        }
    }

    private func step() -> Step {
        switch phase {
        case .head: return readHead()
        case .body(let rest): return dropBody(rest)
        case .chunks: return dropChunks()
        case .answering: return goOnAnswering()
        }
    }

    private func readHead() -> Step {
        let input = input
        guard !input.isEmpty else { return .wait }
        switch parser.parse(input.readable) {
        case .incomplete: return .wait
        case .refused: return refuse()
        case .complete(let length):
            loop.setTimer(self, at: loop.now + Self.idleTime)
            answer = DemoAnswer(to: parser.head, input.readable, identity: identity, now: loop.now)
            if parser.head.expectsContinue { transport.write("HTTP/1.1 100 Continue\r\n\r\n") }
            phase =
                switch parser.head.framing {
                case .length(let count): .body(count)
                case .chunked: .chunks
                case .none, .untilClose: .answering
                }
            input.consume(length)
            parser.reset()
            decoder.reset()
            return .progress
        }
    }

    private func refuse() -> Step {
        transport.write("HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\nConnection: close\r\n\r\n")
        return .over
    }

    private func dropBody(_ rest: UInt64) -> Step {
        let count = Int(min(rest, UInt64(input.count)))
        input.consume(count)
        phase = rest > UInt64(count) ? .body(rest - UInt64(count)) : .answering
        return rest > UInt64(count) ? .wait : .progress
    }

    private func dropChunks() -> Step {
        let input = input
        switch decoder.decode(input.readable) {
        case .data(let range):
            input.consume(range.upperBound)
            return .progress
        case .needMore(let count):
            input.consume(count)
            return .wait
        case .end(let count):
            input.consume(count)
            phase = .answering
            return .progress
        case .refused: return refuse()
        }
    }

    private func goOnAnswering() -> Step {
        guard var answer else { return .over }
        let isComplete = answer.write(to: transport)
        self.answer = answer
        guard isComplete else { return .progress }
        phase = .head
        return answer.closes ? .over : .progress
    }
}

extension Transport {
    func write(_ text: StaticString) {
        unsafe write(UnsafeRawBufferPointer(start: text.utf8Start, count: text.utf8CodeUnitCount))
    }
}
