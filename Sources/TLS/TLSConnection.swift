internal import COpenSSL
internal import Platform
public import Runtime

/// A TLS connection over a transport, in either role. Thread-confined, like its transport.
///
/// Reading and writing allocate nothing of ours. Writes go to the transport at once: cork it around several, and
/// uncork it after a handshake step, a write or a shutdown. Keep reading until ``ReadResult/wantRead``: what
/// was read ahead is announced by no event.
@safe
public final class TLSConnection {
    /// The most association data in a ticket, in bytes.
    public static let applicationDataBytes = 1024
    /// The longest lifetime of a ticket, in seconds: seven days (RFC 8446, section 4.6.1).
    public static let ticketLifetimeLimit: UInt32 = 604_800

    /// The most output that may wait for the peer when something that it sent makes OpenSSL answer, in bytes.
    static let pendingAnswersLimit = 2 << 20
    static let wouldBlock: Int32 = -2

    /// What carries the records.
    public let transport: Transport
    /// The virtual host: the one that the connection began with until the client's hello has been read, then the
    /// delegate's choice. Nil in the client's role.
    public internal(set) var context: ServerContext?
    /// The name that the client asked for, in lower case; empty if none. In the client's role: empty.
    public internal(set) var serverName: [UInt8] = []
    /// An application protocol of the context that this connection does not speak; empty: it speaks them all. To be
    /// set before the handshake.
    public var excludedProtocol: [UInt8] = []
    /// What became of the session that the client offered.
    public internal(set) var resumptionOffer = ResumptionOffer.none

    let ssl: OpaquePointer
    unowned let delegate: (any HandshakeDelegate)?
    /// How the session that was last accepted was found: nil for none.
    var acceptedKind: SessionSource?
    /// Whether new sessions of this connection are stateful.
    var makesStateful = false
    /// Whether a session ID that the client sends in TLS 1.2 may be one that nobody has issued: it goes with a ticket
    /// (RFC 5077, section 3.4), or with an offer of TLS 1.3 (RFC 8446, section 4.1.2).
    var mayInventIDs = false
    var protocolIndex: Int?
    /// The client's newest session.
    var capturedSession: [UInt8]?
    var capturedLifetime: UInt32 = 0

    /// In the client's role: whether the server has asked who we are. With TLS 1.3 it judges the answer only after our
    /// handshake has ended.
    public internal(set) var wasAskedForCertificate = false
    /// In the client's role: why nothing more can be received; nil as long as that is not so.
    public internal(set) var receiveFailure: TLSFailure?

    /// The length of the ticket that this client offers; 0 for none.
    private(set) var offeredTicketBytes = 0

    private let client: ClientContext?
    /// Reading has ended, or failed: it will say so again.
    private var isInputOver = false
    private var inputEnded = false
    private var inputError: SystemError?
    private var isReading = false
    private var isFlooding = false
    private var isEstablished = false
    /// The handshake can't go on before something comes from the peer.
    private var awaitsInput = false
    private var isBroken = false
    private var hasWritten = false

    /// A server's side of a connection.
    ///
    /// - Parameters:
    ///   - context: the virtual host for clients whose delegate chooses no other.
    ///   - transport: the socket; kept alive by the connection.
    ///   - delegate: must outlive the connection; without one, tickets carry no association data, sessions of the
    ///     stateful kinds are not kept, and every name gets `context`.
    /// - Throws: ``TLSFailure`` if OpenSSL has no memory.
    public init(
        server context: ServerContext, transport: Transport, delegate: (any HandshakeDelegate)?
    ) throws(TLSFailure) {
        ErrorQueue.clear()
        guard let ssl = unsafe SSL_new(context.pointer) else { throw TLSFailure(.internal) }
        unsafe self.ssl = ssl
        self.context = context
        self.transport = transport
        self.delegate = delegate
        client = nil
        unsafe SSL_set_accept_state(ssl)
        try connect()
    }

    init(
        client context: ClientContext, serverName: String?, session: [UInt8]?, transport: Transport
    ) throws(TLSFailure) {
        ErrorQueue.clear()
        guard let ssl = unsafe SSL_new(context.pointer) else { throw TLSFailure(.internal) }
        unsafe self.ssl = ssl
        self.transport = transport
        delegate = nil
        client = context
        unsafe SSL_set_connect_state(ssl)
        try connect()
        offeredTicketBytes = try unsafe context.prepare(ssl, serverName: serverName, session: session)
    }

    deinit {
        // Frees the BIO too, whose data is this object; sends nothing.
        unsafe SSL_free(ssl)
    }

    private func connect() throws(TLSFailure) {
        guard let bio = unsafe TransportBIO.make(for: self) else { throw TLSFailure(.internal) }
        unsafe SSL_set_bio(ssl, bio, bio)
    }

    /// The connection of an `SSL` that calls back: that of its BIO, which costs no memory of its own.
    static func of(_ ssl: OpaquePointer?) -> TLSConnection? {
        guard let ssl = unsafe ssl, let data = unsafe BIO_get_data(SSL_get_rbio(ssl)) else { return nil }
        return unsafe Unmanaged<TLSConnection>.fromOpaque(data).takeUnretainedValue()
    }

    // MARK: Verbs

    /// Goes on with the handshake as far as what has come from the peer allows. Uncork the transport afterwards,
    /// after a failure too: the alert has to leave.
    public func handshake() -> HandshakeResult {
        // Any event may bring us here; without input OpenSSL would set up its buffers in vain.
        if awaitsInput, !transport.mayHaveInput { return .wantRead }
        ErrorQueue.clear()
        let result = unsafe SSL_do_handshake(ssl)
        if result == 1 {
            isEstablished = true
            handshakeEnded()
            return lacksProtocol ? .failed(TLSFailure(.noCommonApplicationProtocol)) : .done
        }
        switch readOutcome(result) {
        case .wantRead, .bytes:
            awaitsInput = true
            return .wantRead
        case .closed: return .failed(TLSFailure(.truncated))
        case .failed(let failure): return .failed(failure)
        }
    }

    /// Decrypts up to `buffer.count` bytes; at most one record. With 16 KiB of room every record fits.
    public func read(into buffer: UnsafeMutableRawBufferPointer) -> ReadResult {
        // The usual end of a loop of reads, seen without asking OpenSSL, which would set up its buffers in vain.
        if !isInputOver, !transport.mayHaveInput, unsafe SSL_has_pending(ssl) == 0 { return .wantRead }
        ErrorQueue.clear()
        isReading = true
        defer { isReading = false }
        let count = unsafe SSL_read(ssl, buffer.baseAddress, Int32(clamping: buffer.count))
        if isFlooding {
            (isBroken, isInputOver) = (true, true)
            return .failed(TLSFailure(.protocolViolation))
        }
        if count > 0 { return .bytes(Int(count)) }
        return readOutcome(count)
    }

    /// Encrypts all of `bytes`, in records of at most 16 KiB, into the transport.
    public func write(_ bytes: UnsafeRawBufferPointer) -> WriteResult {
        var offset = 0
        while offset < bytes.count, let base = bytes.baseAddress {
            ErrorQueue.clear()
            let count = unsafe SSL_write(ssl, base + offset, Int32(clamping: bytes.count - offset))
            guard count > 0 else { return .failed(writeFailure(count)) }
            offset += Int(count)
        }
        hasWritten = true
        if let error = transport.failure { return .failed(TLSFailure(.transport, transportError: error)) }
        return .done
    }

    /// Gives OpenSSL's buffers for records back. To be called whenever nothing more can be done for now, so that a
    /// connection that waits has none.
    ///
    /// - Returns: whether there is no need to call it any more: OpenSSL does as much by itself from now on.
    public func releaseBuffers() -> Bool {
        unsafe RecordBuffers.free(ssl)
        guard isEstablished, hasWritten else { return false }
        unsafe RecordBuffers.keepNone(ssl)
        return true
    }

    /// Makes a new ticket, which leaves with the next write: TLS 1.3 only, once the handshake is over.
    ///
    /// - Returns: whether one will be made.
    @discardableResult
    public func issueTicket() -> Bool {
        guard let context, context.settings.resumption != .off, !isBroken else { return false }
        ErrorQueue.clear()
        return unsafe SSL_new_session_ticket(ssl) == 1
    }

    /// Sends a close_notify, once, if there is an orderly connection to close. Reading is still possible.
    public func shutdown() {
        guard isEstablished, !isBroken, unsafe SSL_get_shutdown(ssl) & SSL_SENT_SHUTDOWN == 0 else { return }
        ErrorQueue.clear()
        // A ticket that was asked for goes first: until then OpenSSL takes the handshake for unfinished.
        if unsafe SSL_is_init_finished(ssl) == 0 { unsafe SSL_do_handshake(ssl) }
        unsafe SSL_shutdown(ssl)
    }

    /// Whether the server has agreed on no protocol where it should.
    private var lacksProtocol: Bool {
        client?.settings.needsApplicationProtocol == true && applicationProtocol.isEmpty
    }

    // MARK: Outcomes

    /// Reads for OpenSSL: the count, 0 at the end, ``wouldBlock`` or -1.
    func feed(_ buffer: UnsafeMutableRawBufferPointer) -> Int32 {
        switch unsafe transport.read(into: buffer) {
        case .bytes(let count): return Int32(truncatingIfNeeded: count)
        case .wouldBlock: return TLSConnection.wouldBlock
        case .end:
            inputEnded = true
            return 0
        case .failed(let error):
            inputError = error
            return -1
        }
    }

    /// Writes for OpenSSL.
    ///
    /// - Returns: false if the bytes are an answer to what is read and the peer has not taken the earlier ones: it
    ///   asks, say, for renegotiations without end, and must not fill the memory with our refusals.
    func send(_ bytes: UnsafeRawBufferPointer) -> Bool {
        if isReading, transport.pendingOutputBytes > TLSConnection.pendingAnswersLimit {
            isFlooding = true
            return false
        }
        unsafe transport.write(bytes)
        return true
    }

    private func readOutcome(_ result: Int32) -> ReadResult {
        switch unsafe SSL_get_error(ssl, result) {
        case SSL_ERROR_WANT_READ: return .wantRead
        case SSL_ERROR_ZERO_RETURN:
            isInputOver = true
            return .closed
        case SSL_ERROR_SSL:
            isInputOver = true
            return .failed(protocolFailure())
        default:
            isInputOver = true
            return .failed(transportFailure())
        }
    }

    private func writeFailure(_ result: Int32) -> TLSFailure {
        switch unsafe SSL_get_error(ssl, result) {
        case SSL_ERROR_SSL: return protocolFailure()
        default: return transportFailure()
        }
    }

    private func protocolFailure() -> TLSFailure {
        isBroken = true
        let failure = TLSFailure(code: ErrorQueue.takeFirst())
        if failure.kind == .badCertificate {
            return TLSFailure(
                .badCertificate, code: failure.code, verification: unsafe SSL_get_verify_result(ssl))
        }
        return wasNameRefused ? TLSFailure(.unrecognizedName, code: failure.code) : failure
    }

    private func transportFailure() -> TLSFailure {
        if let error = inputError ?? transport.failure {
            isBroken = true
            return TLSFailure(.transport, transportError: error)
        }
        if inputEnded { return TLSFailure(.truncated) }
        isBroken = true
        return TLSFailure(code: ErrorQueue.takeFirst())
    }

    /// Set when the delegate refuses the server name.
    var wasNameRefused = false
}
