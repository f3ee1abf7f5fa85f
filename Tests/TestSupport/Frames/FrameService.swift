/// The service's side of a connection of HTTP/2 that sends any frames, right or wrong. Belongs to the thread of its
/// connection.
public final class FrameService {
    /// The connection.
    public let connection: UpstreamConnection
    /// The frames that have come, but for those that only keep the connection going.
    public private(set) var frames: [Frame] = []
    /// Whether windows are opened again as content comes.
    public var opensWindows = true
    private let decoder = FieldDecoder()

    /// Reads the preface and says hello.
    public init(_ connection: UpstreamConnection, settings: [(UInt16, UInt32)] = []) throws {
        self.connection = connection
        let preface = try connection.read(Frame.preface.count, until: Self.patience)
        guard preface == Frame.preface else {
            throw HarnessError.ended(while: "reading a preface", seen: preface.readable)
        }
        try connection.send(Frame.settings(settings).bytes)
    }

    private static var patience: Deadline { Deadline(in: .seconds(120)) }

    /// Sends frames.
    public func send(_ frames: Frame...) throws {
        try connection.send(frames.flatMap(\.bytes))
    }

    /// Sends HEADERS of a response.
    public func respond(
        _ status: Int = 200, _ fields: [(String, String)] = [], on stream: UInt32, isLast: Bool = true
    ) throws {
        try send(.headers([(":status", String(status))] + fields, on: stream, isLast: isLast))
    }

    /// Reads a frame, and does what has to be done with those of the connection.
    @discardableResult
    public func read() throws -> Frame {
        let header = try connection.read(9, until: Self.patience)
        let length = Int(header[0]) << 16 | Int(header[1]) << 8 | Int(header[2])
        let payload = length > 0 ? try connection.read(length, until: Self.patience) : []
        let stream = header[5..<9].reduce(0) { $0 << 8 | UInt32($1) }
        let frame = Frame(type: header[3], flags: header[4], stream: stream, payload)
        frames.append(frame)
        if frame.type == FrameType.settings.rawValue, !frame.has(Frame.acknowledges) {
            try send(.settingsAcknowledgement)
        }
        if frame.type == FrameType.data.rawValue, !payload.isEmpty, opensWindows {
            try send(
                .windowUpdate(UInt32(payload.count)), .windowUpdate(UInt32(payload.count), on: stream))
        }
        return frame
    }

    /// Reads on to the next frame of that type.
    @discardableResult
    public func read(to type: FrameType) throws -> Frame {
        while true {
            let frame = try read()
            if frame.type == type.rawValue, type != .settings || !frame.has(Frame.acknowledges) {
                return frame
            }
        }
    }

    /// Reads on to the head of the next request: its stream, and its fields as `name: value`.
    public func readRequest() throws -> (stream: UInt32, fields: [String]) {
        let frame = try read(to: .headers)
        return (frame.stream, decoder.decode(frame.payload) ?? [])
    }

    /// Reads on to the end of a request whose head was read without its being the end; answers the content.
    public func readContent(on stream: UInt32) throws -> [UInt8] {
        var content: [UInt8] = []
        while true {
            let frame = try read()
            guard frame.stream == stream else { continue }
            if frame.type == FrameType.data.rawValue { content += frame.payload }
            if frame.type <= 1, frame.has(Frame.endStream) { return content }
        }
    }

    /// Decodes a HEADERS frame that was read, once and in order.
    public func decode(_ frame: Frame) -> [String] { decoder.decode(frame.payload) ?? [] }
}

extension RecordingUpstream {
    /// A service that speaks HTTP/2; `behaviour` is run on each connection, with its number, probes not counted.
    public static func speakingFrames(
        settings: [(UInt16, UInt32)] = [],
        _ behaviour: @escaping @Sendable (FrameService, Int) throws -> Void
    ) throws -> RecordingUpstream {
        let entries = settings.map { (key: $0.0, value: $0.1) }
        let count = Watched(0)
        return try RecordingUpstream { connection in
            let service = try FrameService(connection, settings: entries.map { ($0.key, $0.value) })
            let number = count.change { count in
                defer { count += 1 }
                return count
            }
            try behaviour(service, number)
        }
    }
}
