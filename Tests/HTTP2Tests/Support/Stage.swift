import HTTP2
import Platform
import Runtime
import TestSupport

/// A session with a client made of raw frames on its other side.
final class Stage: FrameStage {
    let log = StreamLog()
    let session: ServerSession
    let pool: RecordingPool
    /// What the session has sent, but for what it begins with.
    private(set) var frames: [Frame] = []
    var now = MonotonicTime(nanoseconds: 1_000_000_000)

    private var reader = FrameReader()
    private let decoder = FieldDecoder()

    // `greets`: the client's preface and settings have been exchanged.
    init(_ settings: SessionSettings = SessionSettings(), greets: Bool = true) throws {
        pool = RecordingPool(log)
        session = try ServerSession(
            settings, pool: pool, buffers: BufferPool(), at: now)
        guard greets else { return }
        send(Frame.preface)
        send([.settings(), .settingsAcknowledgement])
        frames = []
    }

    deinit {
        session.close()
    }

    /// Sends frames, each whole or byte by byte.
    func send(_ frames: [Frame], inPieces: Bool = false) {
        send(frames.flatMap(\.bytes), inPieces: inPieces)
    }

    func send(_ bytes: [UInt8], inPieces: Bool = false) {
        if inPieces {
            for byte in bytes { session.receive([byte].span, at: now) }
        } else {
            session.receive(bytes.span, at: now)
        }
        settle()
    }

    /// Lets the session tell its streams, and takes what it sends.
    func settle() {
        repeat {
            session.deliver()
            session.pump()
            guard let output = session.output else { continue }
            reader.append(output.copied)
            session.sent(output.count)
            session.pump()
        } while session.hasEvents || session.output != nil
        while let frame = reader.next() { frames.append(frame) }
    }

    /// Forgets what was sent so far.
    func forget() {
        frames = []
    }

    func stream(_ id: Int32 = 1) -> RecordingStream? { log.live[id] }

    /// Answers with whole text.
    func respond(_ text: String, on id: Int32 = 1, isLast: Bool = true) {
        stream(id)?.respond(Array(text.utf8).span, isLast: isLast)
        settle()
    }

    /// The fields of the HEADERS frames on a stream, in order. To be called once: decoding has a memory.
    func fields(on id: UInt32 = 1) -> [[String]] {
        frames.filter { $0.type == FrameType.headers.rawValue && $0.stream == id }
            .map { decoder.decode($0.payload) ?? ["undecodable"] }
    }

    /// The content of the DATA frames on a stream.
    func content(on id: UInt32 = 1) -> [UInt8] {
        dataFrames(on: id).flatMap(\.payload)
    }

    func dataFrames(on id: UInt32 = 1) -> [Frame] {
        frames.filter { $0.type == FrameType.data.rawValue && $0.stream == id }
    }

    /// Whether a stream has been ended by a flag.
    func hasEnded(_ id: UInt32 = 1) -> Bool {
        frames.contains { $0.stream == id && $0.type <= 1 && $0.has(Frame.endStream) }
    }
}
