import HTTP
import HTTP1
import HTTP2
import Runtime

/// A stream that keeps what it is told, and answers nothing by itself.
final class RecordingStream: ServerStream {
    let log: StreamLog
    private(set) var text = ""
    private(set) var content: [UInt8] = []
    private(set) var trailerText: String?
    private(set) var isWhole = false
    private(set) var closeCode: ErrorCode?
    private(set) var outputLeftCount = 0
    /// Whether content is used up as soon as it comes.
    var readsInput = true

    init(_ log: StreamLog) {
        self.log = log
    }

    override func headArrived() {
        text = head.map { String(decoding: $0.copied, as: UTF8.self) } ?? ""
        content = []
        trailerText = nil
        isWhole = false
        closeCode = nil
        outputLeftCount = 0
        readsInput = log.readsInput
        log.opened.append(id)
        log.requests[id] = text
        log.refusals[id] = refusal ?? judge()
        log.live[id] = self
        if isInputOver { end() }
    }

    /// What the parser of HTTP/1 says about the head.
    private func judge() -> Refusal? {
        var parser = RequestHeadParser()
        guard let head else { return .badTarget }
        switch parser.parse(head.readable) {
        case .complete(let length): return length == head.count ? nil : .badTarget
        case .incomplete: return .badTarget
        case .refused(let refusal): return refusal
        }
    }

    override func inputArrived() {
        if readsInput { read() }
        if isInputOver { end() }
    }

    /// Uses up what waits.
    func read() {
        _ = withInput { input in
            content += input.copied
            input.clear()
        }
        log.bodies[id] = content
    }

    private func end() {
        isWhole = true
        if let refusal { log.refusals[id] = refusal }
        trailerText = trailers.map { String(decoding: $0.copied, as: UTF8.self) }
        if let trailerText { log.trailers[id] = trailerText }
        log.ended.append(id)
        if log.answers { respond(Array("HTTP/1.1 204 No Content\r\n\r\n".utf8).span, isLast: true) }
    }

    override func outputLeft() {
        outputLeftCount += 1
    }

    override func closed(_ code: ErrorCode) {
        closeCode = code
        log.closed[id] = code
        log.live[id] = nil
    }
}

/// What the streams of a session were told.
final class StreamLog {
    var opened: [Int32] = []
    var ended: [Int32] = []
    var requests: [Int32: String] = [:]
    var refusals: [Int32: Refusal] = [:]
    var bodies: [Int32: [UInt8]] = [:]
    var trailers: [Int32: String] = [:]
    var closed: [Int32: ErrorCode] = [:]
    var live: [Int32: RecordingStream] = [:]
    var readsInput = true
    var answers = false
}

/// Makes recording streams.
final class RecordingPool: StreamPool {
    let log: StreamLog
    private(set) var made = 0

    init(_ log: StreamLog) {
        self.log = log
    }

    override func make() -> ServerStream {
        made += 1
        return RecordingStream(log)
    }
}
