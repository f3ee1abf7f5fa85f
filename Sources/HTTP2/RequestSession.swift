internal import CNghttp2
internal import HTTP
internal import HTTP1
public import Platform
public import Runtime

/// The client's side of an HTTP/2 connection: requests out, responses in.
@safe
public final class RequestSession: Session {
    private var response: ResponseText
    /// Whether the service has said what it allows.
    public private(set) var hasSettings = false
    /// How many streams it is taken to allow before it has said so.
    public var expectedStreams = UInt32.max

    /// So many requests use up a good part of the numbers of streams (RFC 9113 section 5.1.1): a new connection is due.
    private static let requestLimit = 1 << 29
    /// Room for the head of most responses.
    private static let usualHeadBytes = 1 << 10

    /// A session whose preface is the first thing to leave.
    /// - Parameters:
    ///   - settings: what the service is told and held to; `concurrentStreams` is how many requests are made at a time,
    ///     if the service allows as many.
    ///   - buffers: of the loop.
    ///   - now: the present time.
    /// - Throws: ``HTTP2Error`` if there is no memory, or a setting makes no sense.
    public init(_ settings: SessionSettings, buffers: BufferPool, at now: MonotonicTime) throws(HTTP2Error) {
        response = ResponseText(limits: settings.head)
        try super.init(settings, role: .client, buffers: buffers, at: now)
        let entries: InlineArray<4, nghttp2_settings_entry> = [
            Self.entry(NGHTTP2_SETTINGS_ENABLE_PUSH, 0),
            Self.entry(NGHTTP2_SETTINGS_INITIAL_WINDOW_SIZE, settings.streamWindowBytes),
            Self.entry(NGHTTP2_SETTINGS_MAX_HEADER_LIST_SIZE, UInt32(clamping: settings.head.headBytes)),
            Self.entry(NGHTTP2_SETTINGS_HEADER_TABLE_SIZE, settings.headerTableBytes),
        ]
        try submitPreface(entries.span, count: entries.count)
    }

    /// How many more requests the connection takes now.
    public var room: Int {
        guard !isDraining, end == nil, requestCount < Self.requestLimit, let pointer = unsafe pointer else {
            return 0
        }
        let allowed = hasSettings ? unsafe allowedStreams(pointer) : expectedStreams
        return max(0, Int(min(allowed, settings.concurrentStreams)) &- streamCount)
    }

    /// How many streams the service allows; nil before it has said so.
    public var allowedStreams: UInt32? {
        guard hasSettings, let pointer = unsafe pointer else { return nil }
        return unsafe allowedStreams(pointer)
    }

    private func allowedStreams(_ pointer: OpaquePointer) -> UInt32 {
        unsafe nghttp2_session_get_remote_settings(pointer, NGHTTP2_SETTINGS_MAX_CONCURRENT_STREAMS)
    }

    /// Whether the service takes CONNECT in its extended form (RFC 8441 section 3). It has not said so before `hasSettings`.
    public var allowsExtendedConnect: Bool {
        guard let pointer = unsafe pointer else { return false }
        return unsafe nghttp2_session_get_remote_settings(pointer, NGHTTP2_SETTINGS_ENABLE_CONNECT_PROTOCOL)
            == 1
    }

    /// Whether the connection can take requests, if not now.
    public var isOpen: Bool { !isDraining && end == nil && requestCount < Self.requestLimit }

    /// Makes a request; what follows it is said to `stream`. Nothing leaves before `pump`, or content comes.
    func submitRequest(
        _ head: Span<UInt8>, on stream: RequestStream, tunnel: TunnelForm?, isSecure: Bool,
        acceptsTrailers: Bool, isLast: Bool
    ) {
        requestCount &+= 1
        add(stream, id: 0)
        stream.hasBegun = true
        stream.isOutputOver = isLast
        stream.tunnelForm = tunnel
        let owner = unsafe Unmanaged.passUnretained(stream).toOpaque()
        let id = unsafe head.withUnsafeBufferPointer { bytes in
            guard let start = bytes.baseAddress, let pointer = unsafe pointer else { return Int32(-1) }
            stream.isHead = unsafe headers.readRequest(
                head, at: start, isSecure: isSecure, acceptsTrailers: acceptsTrailers)
            if let tunnel { unsafe headers.makeTunnel(tunnel) }
            guard !isLast else {
                return unsafe nghttp2_submit_request(
                    pointer, nil, headers.fields, headers.count, nil, owner)
            }
            var source = unsafe nghttp2_data_provider(
                source: nghttp2_data_source(ptr: owner), read_callback: Library.contentSource)
            return unsafe nghttp2_submit_request(
                pointer, nil, headers.fields, headers.count, &source, owner)
        }
        stream.id = id
        guard id < 0 else { return }
        stream.isClosed = true
        stream.closeCode = .refusedStream
        list(stream, .closed)
    }

    /// The owner of `stream` cares for it no longer.
    func leave(_ stream: RequestStream) {
        if stream.isClosed, end != nil, unsafe pointer == nil { return release(stream) }
        list(stream, .closed)
    }

    // MARK: What a client does differently

    override func beginHead(_ id: Int32, _ category: nghttp2_headers_category) -> SessionStream? {
        guard let stream = stream(id), !stream.isHeadOver else { return nil }
        let head = stream.head ?? buffers.take(capacity: Self.usualHeadBytes)
        stream.head = head
        response.begin(isHead: stream.isHead, tunnel: stream.tunnelForm)
        return stream
    }

    override func addField(_ name: Span<UInt8>, _ value: Span<UInt8>, into head: ByteBuffer) -> Bool {
        response.add(name, value, into: head)
        return !response.isExcessive
    }

    override func endHead(of stream: SessionStream, isLast: Bool) {
        if let head = stream.head { response.finish(isLast: isLast, into: head) }
        stream.isHeadOver = !response.isInterim
        stream.isTunnel = response.agrees
        stream.isInputOver = isLast
        if !stream.isHeadOver {
            stream.interimCount &+= 1
            if stream.interimCount > settings.head.interimResponses { response.refuse(.headTooLarge) }
        }
        if let refusal = response.refusal { fault(stream, refusal) }
        list(stream, .head)
    }

    /// What the service says is no response: the stream ends.
    private func fault(_ stream: SessionStream, _ refusal: Refusal) {
        stream.refusal = refusal
        guard !stream.isReset else { return }
        stream.isReset = true
        unsafe nghttp2_submit_rst_stream(pointer, 0, stream.id, ErrorCode.protocolError.rawValue)
        if !meter.spend(.provokedReset) { calm(.provokedReset) }
    }

    override func settingsCame() {
        hasSettings = true
    }

    override func goodbyeCame() {
        isDraining = true
    }

    override func headLeft(_ id: Int32) {
        stream(id)?.hasLeft = true
    }

    override func tell(_ stream: SessionStream) {
        stream.events = []
        if !stream.isAbandoned { stream.changed() }
        // It may have been listed again by what it was told just now.
        guard stream.isClosed, stream.isAbandoned, !stream.events.contains(.isListed) else { return }
        release(stream)
    }

    override func recycle(_ stream: SessionStream) {
        stream.released()
    }
}
