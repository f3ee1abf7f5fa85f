public import HTTP
public import Runtime

/// One request and its response on a session, as far as both sides of a connection are the same. See `ServerStream` and
/// `RequestStream`. Thread-confined, like its session; used again and again.
open class SessionStream {
    /// The number on the wire.
    public final internal(set) var id: Int32 = 0
    /// What the peer's message begins with, in the form of HTTP/1.1, for the parser of that protocol; nil once it was
    /// taken.
    public final internal(set) var head: ByteBuffer?
    /// What is wrong with what the peer says, if anything; the head, or the trailers, are of no use then.
    public final internal(set) var refusal: Refusal?
    /// Whether the peer has said all that it wants to say.
    public final internal(set) var isInputOver = false
    /// The trailer section of the message as the end of a chunked body, once `isInputOver`; nil if there is none.
    public final internal(set) var trailers: ByteBuffer?
    /// Bytes of content that have left in DATA frames.
    public final internal(set) var sentBytes: UInt64 = 0
    /// Bytes of content that have come.
    public final internal(set) var receivedBytes: UInt64 = 0
    /// How many bytes of the body the peer has announced, where it has.
    final var expectedBytes: UInt64?
    /// Whether the request asks for a tunnel: CONNECT, or WebSocket in the form of an upgrade.
    public final internal(set) var asksForTunnel = false
    /// Whether both sides have agreed on a tunnel: then the peer may go on when we have said all.
    public final var isTunnel = false
    /// Whether the stream is over; what is said then is not heard.
    public final internal(set) var isClosed = false

    final var session: Session?
    /// Where the session keeps this stream in its list.
    final var position = 0
    final var events: StreamEvents = []
    /// Why it is over.
    final var closeCode = ErrorCode.noError
    /// The head was passed on: the end will be, too.
    final var isKnown = false
    final var isReadingTrailers = false
    /// Content that came and was not used; what is in it counts against the peer's windows.
    final var input: ByteBuffer?
    final var discardsInput = false
    /// Bytes that came and for which the peer's windows were not opened again.
    final var unusedBytes = 0
    /// Content that waits for the peer's windows.
    final var outgoing: ByteBuffer?
    /// Content that is being sent from where it lies.
    final var lent = LentBytes()
    /// Trailers that follow the content.
    final var outgoingTrailers: ByteBuffer?
    final var hasBegun = false
    final var isOutputOver = false
    /// The library waits to be told that there is more.
    final var isDeferred = false
    /// Reset by us, and not for the peer's fault.
    final var isReset = false
    /// The head that we begin with has left.
    final var hasLeft = false
    /// The method of the request is HEAD; the final head of its response is there; how many heads came before that.
    final var isHead = false
    final var isHeadOver = false
    final var interimCount = 0
    /// How the request asks for a tunnel; nil: it does not.
    final var tunnelForm: TunnelForm?
    /// The owner cares for it no longer.
    public final internal(set) var isAbandoned = false
    /// Reset by us, for the peer's fault.
    public final internal(set) var hasFault = false

    /// A stream that waits to be used.
    public init() {}

    // MARK: Events of a server's stream

    /// The request's head is whole.
    open func headArrived() {}

    /// More content has come, or the end of it.
    open func inputArrived() {}

    /// The peer has taken all that waited.
    open func outputLeft() {}

    /// The stream is over; it will be used again, so let go of it.
    open func closed(_ code: ErrorCode) {}

    // MARK: Events of a client's stream

    /// Something has come, has left, or is over.
    open func changed() {}

    /// The stream was left and is over: it can be used again.
    open func released() {}

    // MARK: What comes

    /// Takes the head out, to be given back to the loop's pool.
    public final func takeHead() -> ByteBuffer? {
        defer { head = nil }
        return head
    }

    /// How many bytes of content wait.
    public final var inputCount: Int { input?.count ?? 0 }

    /// Calls `body` with the content that waits; nil if there is none. As many bytes as `body` takes out of the buffer
    /// the peer may send again.
    public final func withInput<Result>(_ body: (ByteBuffer) -> Result) -> Result? {
        guard let input, let session else { return nil }
        let before = input.count
        let result = body(input)
        // The body may have ended the stream.
        guard self.input === input else { return result }
        session.consume(before &- input.count, of: self)
        if input.isEmpty { giveBackInput(session) }
        return result
    }

    /// Uses up all content that waits and all that is still to come.
    public final func discardInput() {
        discardsInput = true
        guard let session else { return }
        session.consume(unusedBytes, of: self)
        giveBackInput(session)
    }

    private func giveBackInput(_ session: Session) {
        guard let input else { return }
        session.buffers.give(input)
        self.input = nil
    }

    /// Gets ready for a new request and its response.
    final func open(_ id: Int32, in session: Session) {
        self.id = id
        self.session = session
        refusal = nil
        isInputOver = false
        sentBytes = 0
        receivedBytes = 0
        expectedBytes = nil
        asksForTunnel = false
        isTunnel = false
        isClosed = false
        events = []
        closeCode = .noError
        isKnown = false
        isReadingTrailers = false
        discardsInput = false
        unusedBytes = 0
        hasBegun = false
        isOutputOver = false
        isDeferred = false
        isReset = false
        hasFault = false
        hasLeft = false
        isHead = false
        tunnelForm = nil
        isHeadOver = false
        interimCount = 0
        isAbandoned = false
    }

    /// Gives back all that it holds.
    final func clear(_ buffers: BufferPool) {
        if let head = head.take() { buffers.give(head) }
        if let trailers = trailers.take() { buffers.give(trailers) }
        if let input = input.take() { buffers.give(input) }
        if let outgoing = outgoing.take() { buffers.give(outgoing) }
        if let outgoingTrailers = outgoingTrailers.take() { buffers.give(outgoingTrailers) }
        lent.end()
    }
}
