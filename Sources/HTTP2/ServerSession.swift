internal import CNghttp2
internal import HTTP
public import Platform
public import Runtime

/// The server's side of an HTTP/2 connection: requests in, responses out.
@safe
public final class ServerSession: Session {
    /// Whether the peer has been told which request was the last one.
    public private(set) var hasSaidGoodbye = false

    private let pool: StreamPool
    private var request: RequestText

    /// The ping that tells when the first goodbye has reached the peer.
    private static let drainMark: UInt64 = 0x6c69_6d70_6574_3234
    /// Room for the head of most requests.
    private static let usualHeadBytes = 1 << 10

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
        self.pool = pool
        request = RequestText(limits: settings.head)
        try super.init(settings, role: .server, buffers: buffers, at: now)
        try submitPreface()
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
        try submitPreface(
            entries.span, count: settings.allowsWebSocket ? entries.count : entries.count - 1)
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

    // MARK: Responses

    func submitInterim(_ head: Span<UInt8>, on stream: ServerStream) {
        unsafe head.withUnsafeBufferPointer { bytes in
            guard let start = bytes.baseAddress else { return }
            _ = unsafe headers.readResponse(head, at: start)
            unsafe nghttp2_submit_headers(pointer, 0, stream.id, nil, headers.fields, headers.count, nil)
        }
        pump()
    }

    func submitResponse(_ message: Span<UInt8>, on stream: ServerStream, isLast: Bool) {
        var contentStart = message.count
        unsafe message.withUnsafeBufferPointer { bytes in
            guard let start = bytes.baseAddress else { return }
            contentStart = unsafe headers.readResponse(message, at: start)
            if isLast, contentStart == message.count {
                stream.isOutputOver = true
                unsafe nghttp2_submit_response(pointer, stream.id, headers.fields, headers.count, nil)
            } else {
                var source = unsafe nghttp2_data_provider(
                    source: nghttp2_data_source(ptr: Unmanaged.passUnretained(stream).toOpaque()),
                    read_callback: Library.contentSource)
                unsafe nghttp2_submit_response(pointer, stream.id, headers.fields, headers.count, &source)
            }
        }
        // Content usually follows at once: then both are put out together.
        guard contentStart < message.count || isLast else { return }
        if isLast { stream.isOutputOver = true }
        submit(message.extracting(contentStart...), on: stream)
    }

    // MARK: What a server does differently

    override func beginHead(_ id: Int32, _ category: nghttp2_headers_category) -> SessionStream? {
        guard category == NGHTTP2_HCAT_REQUEST else { return nil }
        requestCount &+= 1
        let stream = pool.take()
        add(stream, id: id)
        stream.head = buffers.take(capacity: Self.usualHeadBytes)
        unsafe nghttp2_session_set_stream_user_data(
            pointer, id, Unmanaged.passUnretained(stream).toOpaque())
        takeTurns(id)
        request.reset()
        return stream
    }

    /// Has the stream share the connection with others. By default the library sends what is oldest to its end (RFC 9218
    /// section 4.2): on a client's slow link the third of several large answers would wait until the first is whole. What
    /// the client asks for is not looked at.
    private func takeTurns(_ id: Int32) {
        var priority = nghttp2_extpri(urgency: UInt32(NGHTTP2_EXTPRI_DEFAULT_URGENCY), inc: 1)
        _ = unsafe nghttp2_session_change_extpri_stream_priority(pointer, id, &priority, 1)
    }

    override func addField(_ name: Span<UInt8>, _ value: Span<UInt8>, into head: ByteBuffer) -> Bool {
        request.add(name, value, into: head)
        return !request.isExcessive
    }

    override func endHead(of stream: SessionStream, isLast: Bool) {
        if let head = stream.head { request.finish(hasBody: !isLast, into: head) }
        stream.refusal = request.refusal
        // It is answered, and yet it was our work alone.
        if stream.refusal != nil, !meter.spend(.provokedReset) { return calm(.provokedReset) }
        stream.isInputOver = isLast
        stream.asksForTunnel = request.asksForTunnel
        stream.expectedBytes = request.length
        list(stream, .head)
    }

    override func echoCame(_ mark: UInt64) {
        if isDraining, mark == Self.drainMark { finishDraining() }
    }

    /// The response is whole; whoever still sends the request is told that nobody wants it (RFC 9113 section 8.1). Who has
    /// sent as much as was announced has only not said yet that it was all, and some clients do so in a frame of its own:
    /// they would take a reset for a failure.
    override func messageLeft(on stream: SessionStream) {
        guard !stream.isInputOver, !stream.isTunnel, stream.expectedBytes != stream.receivedBytes else {
            return
        }
        stream.isReset = true
        unsafe nghttp2_submit_rst_stream(pointer, 0, stream.id, ErrorCode.noError.rawValue)
    }

    override func tell(_ stream: SessionStream) {
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

    override func recycle(_ stream: SessionStream) {
        pool.give(stream)
    }
}
