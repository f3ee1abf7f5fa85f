internal import CNghttp2
internal import HTTP
public import Platform
public import Runtime

/// The server's side of an HTTP/2 connection (RFC 9113): bytes in, events of streams out; responses in, bytes out.
///
/// It does no I/O and knows no clock. What comes is given to `receive`; then `deliver` tells the streams; what has to
/// leave gathers in `output`, which the owner sends and empties, until `pump` brings no more. Thread-confined, and
/// ended by `close()`.
@safe
public final class ServerSession {
    /// Frames that have to leave, until the owner has sent them; nil while there are none.
    public private(set) var output: ByteBuffer?
    /// Set by the owner while the peer takes nothing: then no more is put out.
    public var isBlocked = false
    /// Why the session is over; nil while it is not. What is in the output should still leave.
    public internal(set) var end: SessionEnd?
    /// Whether the peer has been told that no new stream will be taken.
    public private(set) var isDraining = false
    /// How many requests have come.
    public internal(set) var requestCount = 0

    let settings: SessionSettings
    let buffers: BufferPool
    let pool: StreamPool
    /// The library's session; nil after `close()`.
    private(set) var pointer: OpaquePointer?
    var meter: AbuseMeter
    var request: RequestText
    var trailers: TrailerText
    /// The stream whose fields are being read.
    var reading: ServerStream?
    /// How many CONTINUATION frames the present field block has had.
    var continuations = 0
    var headers = HeaderList()
    private var streams: [ServerStream] = []
    private var listed: [ServerStream] = []
    /// Those that `deliver` is at; empty otherwise.
    private var told: [ServerStream] = []
    private var isDelivering = false
    private var isClosing = false
    /// Whether the peer has been told which request was the last one.
    public private(set) var hasSaidGoodbye = false
    /// The peer has been told of an error of the whole connection: nothing follows that.
    var hasTerminated = false

    /// From this many bytes on the output is full: three TLS records, and with one more frame it still fits its buffer.
    public static let outputBytes = 47 << 10
    private static let outputCapacity = 64 << 10
    /// The ping that tells when the first goodbye has reached the peer.
    static let drainMark: UInt64 = 0x6c69_6d70_6574_3234

    /// A session whose preface is the first thing to leave.
    /// - Parameters:
    ///   - settings: what the peer is told and held to.
    ///   - pool: makes the streams.
    ///   - buffers: of the loop.
    ///   - now: the present time.
    /// - Throws: ``HTTP2Error`` if there is no memory, or a setting makes no sense.
    public init(
        _ settings: SessionSettings, pool: StreamPool, buffers: BufferPool, at now: MonotonicTime
    ) throws(HTTP2Error) {
        self.settings = settings
        self.pool = pool
        self.buffers = buffers
        meter = AbuseMeter(settings.budgets, at: now)
        request = RequestText(limits: settings.head)
        trailers = TrailerText(limits: settings.head)
        unsafe pointer = nil
        unsafe pointer = try Library.makeSession(settings, for: self)
        try submitPreface()
    }

    deinit {
        unsafe nghttp2_session_del(pointer)
    }

    private func submitPreface() throws(HTTP2Error) {
        let entries: InlineArray<6, nghttp2_settings_entry> = [
            Self.entry(NGHTTP2_SETTINGS_MAX_CONCURRENT_STREAMS, settings.concurrentStreams),
            Self.entry(NGHTTP2_SETTINGS_INITIAL_WINDOW_SIZE, settings.streamWindowBytes),
            Self.entry(NGHTTP2_SETTINGS_MAX_HEADER_LIST_SIZE, UInt32(clamping: settings.head.headBytes)),
            Self.entry(NGHTTP2_SETTINGS_HEADER_TABLE_SIZE, settings.headerTableBytes),
            // Priorities of old are not kept (RFC 9218 section 2.1).
            Self.entry(NGHTTP2_SETTINGS_NO_RFC7540_PRIORITIES, 1),
            // The last: it is left out where it is not so.
            Self.entry(NGHTTP2_SETTINGS_ENABLE_CONNECT_PROTOCOL, 1),
        ]
        let count = settings.allowsWebSocket ? entries.count : entries.count - 1
        let result = unsafe entries.span.withUnsafeBufferPointer {
            unsafe nghttp2_submit_settings(pointer, 0, $0.baseAddress, count)
        }
        guard result == 0 else { throw .badSetting(result) }
        let window = Int32(clamping: settings.connectionWindowBytes)
        let windowResult = unsafe nghttp2_session_set_local_window_size(pointer, 0, 0, window)
        guard windowResult == 0 else { throw .badSetting(windowResult) }
    }

    private static func entry(_ setting: nghttp2_settings_id, _ value: UInt32) -> nghttp2_settings_entry {
        nghttp2_settings_entry(settings_id: Int32(setting.rawValue), value: value)
    }

    // MARK: Verbs

    /// Takes in what the peer has sent. Nothing is told to streams before `deliver`.
    /// - Parameters:
    ///   - bytes: any number of them.
    ///   - now: the present time, for the budgets.
    public func receive(_ bytes: Span<UInt8>, at now: MonotonicTime) {
        guard end == nil, bytes.count > 0, let pointer = unsafe pointer else { return }
        meter.advance(to: now)
        let result = unsafe bytes.withUnsafeBufferPointer {
            unsafe nghttp2_session_mem_recv(pointer, $0.baseAddress, $0.count)
        }
        if result < 0 { fail(Int32(truncatingIfNeeded: result)) }
    }

    /// Tells streams what has happened to them since. What they cause thereby is told the next time, so that no stream,
    /// however fast, keeps its owner here.
    public func deliver() {
        guard !isDelivering else { return }
        isDelivering = true
        defer { isDelivering = false }
        repeat {
            swap(&listed, &told)
            for index in told.indices { tell(told[index]) }
            told.removeAll(keepingCapacity: true)
            // Nobody asks again once the session has been closed from within.
        } while isClosing && !listed.isEmpty
    }

    /// Whether something has happened that `deliver` would tell; not while it is at it.
    public var hasEvents: Bool { !isDelivering && !listed.isEmpty }

    /// Puts frames out until the output is full, or all has been said.
    public func pump() {
        guard let pointer = unsafe pointer else { return }
        while !isBlocked, !hasTerminated, !isOutputFull {
            var bytes: UnsafePointer<UInt8>?
            let count = unsafe nghttp2_session_mem_send(pointer, &bytes)
            guard count >= 0 else { return fail(Int32(truncatingIfNeeded: count)) }
            guard count > 0 else { return }
            unsafe openOutput().append(UnsafeRawBufferPointer(start: bytes, count: count))
        }
    }

    /// Whether the output should be sent before more is put out.
    public var isOutputFull: Bool { (output?.count ?? 0) >= Self.outputBytes }

    /// Forgets the first `count` bytes of the output, which have been sent.
    public func sent(_ count: Int) {
        guard let output else { return }
        output.consume(count)
        guard output.isEmpty else { return }
        buffers.give(output)
        self.output = nil
    }

    /// The output, to be appended to.
    func openOutput() -> ByteBuffer {
        if let output { return output }
        let opened = buffers.take(capacity: Self.outputCapacity)
        output = opened
        return opened
    }

    /// Says that the session will end, and that requests on their way will still be answered (RFC 9113 section 6.8);
    /// `finishDraining` follows by itself as soon as the peer is known to have heard of it.
    public func drain() {
        guard !isDraining, end == nil, let pointer = unsafe pointer else { return }
        isDraining = true
        unsafe nghttp2_submit_shutdown_notice(pointer)
        unsafe withUnsafeBytes(of: Self.drainMark) { mark in
            _ = unsafe nghttp2_submit_ping(pointer, 0, mark.bindMemory(to: UInt8.self).baseAddress)
        }
    }

    /// Says which request was the last one; those that come later are not looked at.
    public func finishDraining() {
        guard !hasSaidGoodbye, end == nil, let pointer = unsafe pointer else { return }
        isDraining = true
        hasSaidGoodbye = true
        let last = unsafe nghttp2_session_get_last_proc_stream_id(pointer)
        unsafe nghttp2_submit_goaway(pointer, 0, last, NGHTTP2_NO_ERROR.rawValue, nil, 0)
    }

    /// Ends the session at once, for a reason that lies outside of it.
    public func terminate(_ code: ErrorCode) {
        guard end == nil, let pointer = unsafe pointer else { return }
        end = .violation
        unsafe nghttp2_session_terminate_session(pointer, code.rawValue)
    }

    /// Whether nothing is left to be read or said: the connection may end.
    public var isFinished: Bool {
        guard let pointer = unsafe pointer else { return true }
        return unsafe nghttp2_session_want_read(pointer) == 0 && nghttp2_session_want_write(pointer) == 0
    }

    /// Whether so many answers wait for the peer that its requests should wait, too.
    public var isCongested: Bool {
        guard let pointer = unsafe pointer else { return false }
        return unsafe nghttp2_session_get_outbound_queue_size(pointer) > SessionSettings.waitingFramesLimit
    }

    /// How many streams are open.
    public var streamCount: Int { streams.count }

    /// Ends all: streams are told, frames that have not left never will.
    public func close() {
        isClosing = true
        for stream in streams where !stream.isClosed {
            stream.isClosed = true
            stream.closeCode = .cancel
            list(stream, .closed)
        }
        if end == nil { end = .failure }
        deliver()
        reading = nil
        sent(output?.count ?? 0)
        unsafe nghttp2_session_del(pointer)
        unsafe pointer = nil
    }

    // MARK: Streams

    /// A stream that begins.
    func openStream(_ id: Int32) -> ServerStream {
        let stream = pool.take()
        stream.open(id, in: self)
        stream.position = streams.count
        streams.append(stream)
        return stream
    }

    /// Notes that `stream` has to be told of `event`.
    func list(_ stream: ServerStream, _ event: StreamEvents) {
        stream.events.insert(event)
        guard !stream.events.contains(.isListed) else { return }
        stream.events.insert(.isListed)
        listed.append(stream)
    }

    private func tell(_ stream: ServerStream) {
        let events = stream.events
        stream.events = []
        if events.contains(.head), !stream.isClosed {
            stream.isKnown = true
            stream.headArrived()
        }
        if events.contains(.input), !stream.isClosed { stream.inputArrived() }
        if events.contains(.output), !stream.isClosed { stream.outputLeft() }
        guard stream.isClosed else { return }
        // It may have been closed, and listed again, by what it was told just now.
        guard !stream.events.contains(.isListed) else { return }
        if stream.isKnown { stream.closed(stream.closeCode) }
        release(stream)
    }

    private func release(_ stream: ServerStream) {
        let last = streams.count &- 1
        guard stream.session === self, stream.position <= last, streams[stream.position] === stream else {
            return
        }
        streams.swapAt(stream.position, last)
        streams[stream.position].position = stream.position
        streams.removeLast()
        stream.clear(buffers)
        stream.session = nil
        pool.give(stream)
    }
}
