import HTTP2
import Platform
import Runtime
import TestSupport

/// A session that makes requests, with a service made of raw frames on its other side.
final class RequestStage: FrameStage {
    let session: RequestSession
    /// What the session has sent, but for its preface and settings.
    private(set) var frames: [Frame] = []
    private(set) var streams: [KeepingStream] = []
    var now = MonotonicTime(nanoseconds: 1_000_000_000)

    private var reader = FrameReader()
    private let decoder = FieldDecoder()

    // `greets`: settings have been exchanged.
    init(_ settings: SessionSettings = SessionSettings(), greets: [(UInt16, UInt32)]? = []) throws {
        session = try RequestSession(settings, buffers: BufferPool(), at: now)
        guard let greets else { return }
        send([.settings(greets), .settingsAcknowledgement])
        frames = []
    }

    deinit {
        // Whoever makes a stream leaves it, too.
        for stream in streams { stream.leave() }
        session.close()
    }

    func send(_ frames: [Frame], inPieces: Bool = false) {
        send(bytes: frames.flatMap(\.bytes), inPieces: inPieces)
    }

    func send(bytes: [UInt8], inPieces: Bool = false) {
        if inPieces {
            for byte in bytes { session.receive([byte].span, at: now) }
        } else {
            session.receive(bytes.span, at: now)
        }
        settle()
    }

    private var hasPreface = false

    func settle() {
        repeat {
            session.deliver()
            session.pump()
            guard let output = session.output else { continue }
            var bytes = output.copied
            if !hasPreface {
                hasPreface = true
                bytes.removeFirst(Frame.preface.count)
            }
            reader.append(bytes)
            session.sent(output.count)
            session.pump()
        } while session.hasEvents || session.output != nil
        while let frame = reader.next() { frames.append(frame) }
    }

    func forget() { frames = [] }

    /// Makes a request with a head of those lines.
    @discardableResult
    func request(
        _ text: String = "GET / HTTP/1.1\r\nHost: a.example\r\n\r\n", isLast: Bool = true,
        acceptsTrailers: Bool = false, tunnel: TunnelForm? = nil
    ) -> KeepingStream {
        let stream = KeepingStream()
        streams.append(stream)
        stream.begin(
            Array(text.utf8).span, on: session, tunnel: tunnel, isSecure: false,
            acceptsTrailers: acceptsTrailers, isLast: isLast)
        settle()
        return stream
    }

    /// The fields of the HEADERS frames, in order. To be called once: decoding has a memory.
    func fields() -> [[String]] {
        frames.filter { $0.type == FrameType.headers.rawValue }
            .map { decoder.decode($0.payload) ?? ["undecodable"] }
    }
}

/// A stream that keeps what it is told.
final class KeepingStream: RequestStream {
    private(set) var changes = 0
    private(set) var isFree = false

    var text: String { head.map { String(decoding: $0.copied, as: UTF8.self) } ?? "" }
    var trailerText: String? { trailers.map { String(decoding: $0.copied, as: UTF8.self) } }

    override func changed() { changes += 1 }
    override func released() { isFree = true }

    func readContent() -> [UInt8] {
        withInput { input in
            defer { input.clear() }
            return input.copied
        } ?? []
    }
}
