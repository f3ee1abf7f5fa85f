/// A client of HTTP/2 without TLS that sends any frames, and keeps what comes back by stream. Belongs to one thread.
public final class FrameClient {
    /// What has come on one stream.
    public struct Stream: Sendable {
        /// The field lists of its HEADERS frames, each field as `name: value`.
        public var fields: [[String]] = []
        /// The content of its DATA frames.
        public var content: [UInt8] = []
        /// Whether it has ended in order.
        public var hasEnded = false
        /// What RST_STREAM said, if one came.
        public var resetCode: UInt32?

        /// The status of the final response; 0 before it.
        public var status: Int {
            let all = fields.compactMap(\.first).filter { $0.hasPrefix(":status: ") }
            return all.compactMap { Int($0.dropFirst(9)) }.last { $0 >= 200 } ?? 0
        }

        /// The value of a field of the last list that has it.
        public func value(_ name: String) -> String? {
            for list in fields.reversed() {
                if let line = list.first(where: { $0.hasPrefix("\(name): ") }) {
                    return String(line.dropFirst(name.count + 2))
                }
            }
            return nil
        }
    }

    /// What has come, by stream.
    public private(set) var streams: [UInt32: Stream] = [:]
    /// The frames of the connection that have come: SETTINGS, PING, GOAWAY, WINDOW_UPDATE.
    public private(set) var control: [Frame] = []
    /// How much the gateway has opened the windows of streams by.
    public private(set) var updates: [UInt32: Int] = [:]
    /// Whether windows are opened again as content comes.
    public var opensWindows = true
    /// Whether pings are answered.
    public var answersPings = true

    private let client: RawClient
    private let decoder = FieldDecoder()
    private var nextStream: UInt32 = 1

    /// Says hello over `client`, unless `greets` is false: then what is sent first must do it.
    public init(_ client: RawClient, settings: [(UInt16, UInt32)] = [], greets: Bool = true) throws {
        self.client = client
        if greets { try client.send(Frame.preface + Frame.settings(settings).bytes) }
    }

    /// Sends any bytes.
    public func send(bytes: [UInt8]) throws {
        try client.send(bytes)
    }

    /// Sends frames.
    @discardableResult
    public func send(_ frames: Frame...) throws -> Int {
        try client.send(frames.flatMap(\.bytes))
    }

    /// Sends many frames at once.
    @discardableResult
    public func send(_ frames: [Frame]) throws -> Int {
        try client.send(frames.flatMap(\.bytes))
    }

    /// Begins a request; answers its stream.
    public func request(
        _ method: String = "GET", _ path: String = "/", fields: [(String, String)] = [], isLast: Bool = true
    ) throws -> UInt32 {
        let stream = nextStream
        nextStream += 2
        let all = Frame.request(method, path, authority: "limpet.test") + fields
        try send(.headers(all, on: stream, isLast: isLast))
        return stream
    }

    /// Sends a request and waits for its answer.
    public func exchange(
        _ method: String = "GET", _ path: String = "/", fields: [(String, String)] = [],
        body: [UInt8]? = nil
    ) throws -> Stream {
        let stream = try request(method, path, fields: fields, isLast: body == nil)
        if let body { try send(.data(body, on: stream)) }
        return try wait(for: stream)
    }

    /// Waits until a stream has ended or was reset.
    public func wait(for stream: UInt32, until deadline: Deadline = Deadline()) throws -> Stream {
        try read(until: deadline) { $0.streams[stream].map { $0.hasEnded || $0.resetCode != nil } ?? false }
        return streams[stream] ?? Stream()
    }

    /// Reads frames until `isThere`.
    public func read(
        until deadline: Deadline = Deadline(), _ isThere: (FrameClient) -> Bool
    ) throws {
        while !isThere(self) { try readFrame(until: deadline) }
    }

    /// Waits for GOAWAY frames; answers their codes.
    public func goAways(_ count: Int = 1, until deadline: Deadline = Deadline()) throws -> [Frame] {
        let all = { (client: FrameClient) in
            client.control.filter { $0.type == FrameType.goAway.rawValue }
        }
        try read(until: deadline) { all($0).count >= count }
        return all(self)
    }

    /// Reads to the end of the connection; answers how it ended.
    public func readToEnd(until deadline: Deadline = Deadline()) -> RawClient.Ending {
        while (try? readFrame(until: deadline)) != nil {}
        return client.readToEnd(until: deadline).ending
    }

    /// Closes in order.
    public func close() {
        client.close()
    }

    private func readFrame(until deadline: Deadline) throws {
        let header = try client.read(9, until: deadline)
        let length = Int(header[0]) << 16 | Int(header[1]) << 8 | Int(header[2])
        let payload = length > 0 ? try client.read(length, until: deadline) : []
        let stream = header[5..<9].reduce(0) { $0 << 8 | UInt32($1) }
        try take(Frame(type: header[3], flags: header[4], stream: stream, payload))
    }

    private func take(_ frame: Frame) throws {
        guard frame.stream != 0 else {
            control.append(frame)
            if frame.type == FrameType.settings.rawValue, !frame.has(Frame.acknowledges) {
                try send(.settingsAcknowledgement)
            }
            if answersPings, frame.type == FrameType.ping.rawValue, !frame.has(Frame.acknowledges) {
                try send(Frame(.ping, flags: Frame.acknowledges, frame.payload))
            }
            return
        }
        switch FrameType(rawValue: frame.type) {
        case .headers:
            streams[frame.stream, default: Stream()].fields.append(decoder.decode(frame.payload) ?? [])
        case .data:
            streams[frame.stream, default: Stream()].content += frame.payload
            if opensWindows, !frame.payload.isEmpty {
                let count = UInt32(frame.payload.count)
                try send(.windowUpdate(count), .windowUpdate(count, on: frame.stream))
            }
        case .resetStream:
            streams[frame.stream, default: Stream()].resetCode = frame.errorCode
        case .windowUpdate:
            updates[frame.stream, default: 0] += Int(frame.number(at: 0))
        default:
            break
        }
        let canEnd = frame.type == FrameType.headers.rawValue || frame.type == FrameType.data.rawValue
        if canEnd, frame.has(Frame.endStream) { streams[frame.stream, default: Stream()].hasEnded = true }
    }
}
