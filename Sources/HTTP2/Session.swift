internal import CNghttp2
internal import HTTP
public import Platform
public import Runtime

/// One side of an HTTP/2 connection (RFC 9113), as far as both sides are the same: bytes in, events of streams out;
/// messages in, bytes out. See `ServerSession` and `RequestSession`.
///
/// It does no I/O and knows no clock. What comes is given to `receive`; then `deliver` tells the streams; what has to
/// leave gathers in `output`, which the owner sends and empties, until `pump` brings no more. Thread-confined, and
/// ended by `close()`.
@safe
public class Session {
    /// Frames that have to leave, until the owner has sent them; nil while there are none.
    public final private(set) var output: ByteBuffer?
    /// Set by the owner while the peer takes nothing: then no more is put out.
    public final var isBlocked = false
    /// Why the session is over; nil while it is not. What is in the output should still leave.
    public final internal(set) var end: SessionEnd?
    /// Whether no new stream will be taken, by the word of whichever side takes them.
    public final internal(set) var isDraining = false
    /// How many requests there have been.
    public final internal(set) var requestCount = 0
    /// How many bytes of field blocks have come: a few of them can mean a lot of work (RFC 7541 section 7.3).
    public final private(set) var fieldBytes = 0
    /// Whether more of a field block is to come next.
    public final var isWithinFields: Bool { scanner.isWithinFields }

    final let settings: SessionSettings
    final let buffers: BufferPool
    /// The library's session; nil after `close()`.
    final private(set) var pointer: OpaquePointer?
    final var meter: AbuseMeter
    final var trailers: TrailerText
    /// The stream whose fields are being read.
    final private(set) var reading: SessionStream?
    /// The head that the fields go into, which is the stream's; nil where they are trailers. For each field, without a
    /// reference that would be counted.
    final private(set) var readingHead: Unmanaged<ByteBuffer>?
    private final var scanner: FrameScanner
    /// Of how many DATA frames the library has told since their headers were counted.
    final var dataFrames = 0
    /// A HEADERS frame has begun of which the library has told no more yet.
    final var isBlockUntold = false
    /// How many CONTINUATION frames the present field block has had.
    final var continuations = 0
    final var headers = HeaderList()
    private final var streams: [SessionStream] = []
    private final var listed: [SessionStream] = []
    /// Those that `deliver` is at; empty otherwise.
    private final var told: [SessionStream] = []
    private final var isDelivering = false
    private final var isClosing = false
    /// The peer has been told of an error of the whole connection: nothing follows that.
    final var hasTerminated = false

    /// From this many bytes on the output is full: three TLS records, and with one more frame it still fits its buffer.
    public static let outputBytes = 47 << 10
    private static let outputCapacity = 64 << 10

    init(_ settings: SessionSettings, role: Role, buffers: BufferPool, at now: MonotonicTime)
        throws(HTTP2Error)
    {
        self.settings = settings
        self.buffers = buffers
        meter = AbuseMeter(settings.budgets, at: now)
        trailers = TrailerText(limits: settings.head)
        scanner = FrameScanner(leading: role == .server ? FrameScanner.prefaceBytes : 0)
        unsafe pointer = nil
        unsafe pointer = try Library.makeSession(settings, role: role, for: self)
    }

    deinit {
        unsafe nghttp2_session_del(pointer)
    }

    /// Puts the preface out: the first `count` of `entries`, and the window of the connection.
    final func submitPreface(_ entries: Span<nghttp2_settings_entry>, count: Int) throws(HTTP2Error) {
        let result = unsafe entries.withUnsafeBufferPointer {
            unsafe nghttp2_submit_settings(pointer, 0, $0.baseAddress, count)
        }
        guard result == 0 else { throw .badSetting(result) }
        let window = Int32(clamping: settings.connectionWindowBytes)
        let windowResult = unsafe nghttp2_session_set_local_window_size(pointer, 0, 0, window)
        guard windowResult == 0 else { throw .badSetting(windowResult) }
    }

    static func entry(_ setting: nghttp2_settings_id, _ value: UInt32) -> nghttp2_settings_entry {
        nghttp2_settings_entry(settings_id: Int32(setting.rawValue), value: value)
    }

    // MARK: Verbs

    /// Takes in what the peer has sent. Nothing is told to streams before `deliver`.
    /// - Parameters:
    ///   - bytes: any number of them.
    ///   - now: the present time, for the budgets.
    public final func receive(_ bytes: Span<UInt8>, at now: MonotonicTime) {
        guard end == nil, bytes.count > 0, let pointer = unsafe pointer else { return }
        meter.advance(to: now)
        let result = unsafe bytes.withUnsafeBufferPointer {
            unsafe nghttp2_session_mem_recv(pointer, $0.baseAddress, $0.count)
        }
        if result < 0 { fail(Int32(truncatingIfNeeded: result)) }
        countIgnored(bytes)
    }

    /// Counts the frames that the library has ignored without a word: those of unknown types, and DATA on streams that are
    /// over.
    private func countIgnored(_ bytes: Span<UInt8>) {
        let begun = scanner.scan(bytes)
        fieldBytes &+= begun.fieldBytes
        // What comes behind an error need not be frames.
        guard end == nil else { return }
        let stray = max(0, begun.data &- dataFrames)
        dataFrames = 0
        if begun.unknown > 0, !meter.spend(.priority, begun.unknown) { calm(.priority) }
        if stray > 0, !meter.spend(.strayFrame, stray) { calm(.strayFrame) }
    }

    /// Tells streams what has happened to them since. What they cause thereby is told the next time, so that no stream,
    /// however fast, keeps its owner here.
    public final func deliver() {
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
    public final var hasEvents: Bool { !isDelivering && !listed.isEmpty }

    /// Puts frames out until the output is full, or all has been said.
    public final func pump() {
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
    public final var isOutputFull: Bool { (output?.count ?? 0) >= Self.outputBytes }

    /// Forgets the first `count` bytes of the output, which have been sent.
    public final func sent(_ count: Int) {
        guard let output else { return }
        output.consume(count)
        guard output.isEmpty else { return }
        buffers.give(output)
        self.output = nil
    }

    /// The output, to be appended to.
    final func openOutput() -> ByteBuffer {
        if let output { return output }
        let opened = buffers.take(capacity: Self.outputCapacity)
        output = opened
        return opened
    }

    /// Ends the session at once, for a reason that lies outside of it.
    public final func terminate(_ code: ErrorCode) {
        guard end == nil, let pointer = unsafe pointer else { return }
        end = .violation
        unsafe nghttp2_session_terminate_session(pointer, code.rawValue)
    }

    /// Whether nothing is left to be read or said: the connection may end.
    public final var isFinished: Bool {
        guard let pointer = unsafe pointer else { return true }
        return unsafe nghttp2_session_want_read(pointer) == 0 && nghttp2_session_want_write(pointer) == 0
    }

    /// Whether so many answers wait for the peer that its requests should wait, too.
    public final var isCongested: Bool {
        guard let pointer = unsafe pointer else { return false }
        return unsafe nghttp2_session_get_outbound_queue_size(pointer) > SessionSettings.waitingFramesLimit
    }

    /// How many streams are open.
    public final var streamCount: Int { streams.count }

    /// Ends all: streams are told, frames that have not left never will.
    public final func close() {
        isClosing = true
        for stream in streams where !stream.isClosed {
            stream.isClosed = true
            stream.closeCode = .cancel
            list(stream, .closed)
        }
        if end == nil { end = .failure }
        deliver()
        read(nil)
        sent(output?.count ?? 0)
        unsafe nghttp2_session_del(pointer)
        unsafe pointer = nil
    }

    // MARK: Streams

    /// Takes a stream into the list.
    final func add(_ stream: SessionStream, id: Int32) {
        stream.open(id, in: self)
        stream.position = streams.count
        streams.append(stream)
    }

    /// From here on fields are those of `stream`: of its head, or trailers; nil: none follow.
    final func read(_ stream: SessionStream?) {
        reading = stream
        guard let stream, !stream.isReadingTrailers, let head = stream.head else {
            unsafe readingHead = nil
            return
        }
        unsafe readingHead = Unmanaged.passUnretained(head)
    }

    /// Notes that `stream` has to be told of `event`.
    final func list(_ stream: SessionStream, _ event: StreamEvents) {
        stream.events.insert(event)
        guard !stream.events.contains(.isListed) else { return }
        stream.events.insert(.isListed)
        listed.append(stream)
    }

    /// Lets go of a stream that is over.
    final func release(_ stream: SessionStream) {
        let last = streams.count &- 1
        guard stream.session === self, stream.position <= last, streams[stream.position] === stream else {
            return
        }
        streams.swapAt(stream.position, last)
        streams[stream.position].position = stream.position
        streams.removeLast()
        stream.clear(buffers)
        stream.session = nil
        recycle(stream)
    }

    // MARK: What the sides do differently

    /// The head of a message begins: answers its stream, or nil if these fields are trailers.
    func beginHead(_ id: Int32, _ category: nghttp2_headers_category) -> SessionStream? { nil }

    /// A field of a head. False if there are so many that it is not worth reading on.
    func addField(_ name: Span<UInt8>, _ value: Span<UInt8>, into head: ByteBuffer) -> Bool { true }

    /// A head is whole; `isLast`: and with it the message.
    func endHead(of stream: SessionStream, isLast: Bool) {}

    /// The peer has answered a ping of ours.
    func echoCame(_ mark: UInt64) {}

    /// The peer wants no more streams.
    func goodbyeCame() {}

    /// The peer has said what it allows.
    func settingsCame() {}

    /// The head that we have begun a message with has left.
    func headLeft(_ id: Int32) {}

    /// All that we have to say on `stream` has left.
    func messageLeft(on stream: SessionStream) {}

    /// Tells a stream what has happened, and lets go of it if it is over.
    func tell(_ stream: SessionStream) {}

    /// Takes a stream back that is free again.
    func recycle(_ stream: SessionStream) {}
}
