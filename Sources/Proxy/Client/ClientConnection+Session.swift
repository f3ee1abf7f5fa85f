internal import HTTP2
internal import Runtime
internal import TLS

/// A connection that speaks HTTP/2.
extension ClientConnection {
    /// How often more is read before others get their turn.
    private static let sessionTurnLimit = 16
    /// How much of field blocks is read before others get their turn: a byte of them can stand for thousands, and it is
    /// the library that spends its time on all of these, also where it drops them. What many requests bring that are like
    /// those before them stays below.
    private static let fieldTurnBytes = 4 << 10

    /// Goes over to HTTP/2.
    func beginSession() {
        do {
            session = try ClientSession(self)
        } catch {
            close()
        }
    }

    /// Goes over to HTTP/2 if TLS has agreed on it.
    func beginAgreedSession(_ tls: TLSConnection) {
        guard !listener.allowsHTTP1 || tls.applicationProtocol == ApplicationProtocolName.http2 else {
            return
        }
        beginSession()
        if tls.version == .tls12, !StrongCiphers.contains(tls.cipherNumber) { session?.refuseSecurity() }
    }

    /// Finds out which version the client speaks without TLS. False if more bytes have to come, or there will be none.
    func decideVersion() -> Bool {
        var isPreface = beginsWithPreface()
        while listener.allowsHTTP1, isPreface == nil {
            switch receive(limit: Self.inputBytes) {
            case .bytes, .full: isPreface = beginsWithPreface()
            case .nothing: return false
            case .end, .failed:
                close()
                return false
            }
        }
        isUndecided = false
        if isPreface == true || !listener.allowsHTTP1 { beginSession() }
        return phase == .open
    }

    /// Reads what the client has sent, and lets its streams act on it.
    func serveStreams(_ session: ClientSession) {
        var turns = 0
        let fieldBytes = session.fieldBytes
        while phase == .open {
            // No edge tells when it may go on: `settleSession` does.
            session.isStalled = session.isCongested
            if session.isStalled { return }
            if input == nil {
                switch receive(limit: Self.inputBytes) {
                case .bytes, .full: break
                case .nothing: return
                case .end, .failed:
                    // What has been said by now may still reach the client.
                    session.flush()
                    transport.uncork()
                    return close()
                }
            }
            withInput { session.receive($0) }
            session.deliver()
            turns &+= 1
            let hasTurn = session.fieldBytes &- fieldBytes < Self.fieldTurnBytes
            guard turns < Self.sessionTurnLimit, hasTurn else { return loop.revisit(self) }
        }
    }

    /// Sends what streams have said; ends the connection if its session is over.
    func settleSession(_ session: ClientSession) {
        guard session.flush() else { return }
        guard phase == .open else { return }
        if session.isOver { return endSession() }
        if session.isStalled, !session.isCongested { loop.revisit(self) }
    }

    /// Lets what was written go; with streams, together with what others of them will have said by the end of the batch of
    /// events that is under way: one record and one send for all of it.
    func settleAfterBatch() {
        if session != nil { loop.revisit(self) } else { settle() }
    }

    /// Ends the session, and then the connection in an orderly way.
    func endSession() {
        guard let session, phase == .open else { return }
        self.session = nil
        session.flush()
        session.close()
        linger()
    }

    /// Whether the first bytes of a connection are the preface of HTTP/2 (RFC 9113 section 3.4); nil if more of them have
    /// to come. Only TLS lets both sides agree beforehand.
    private func beginsWithPreface() -> Bool? {
        guard let input else { return nil }
        let bytes = input.readable
        for index in 0..<min(bytes.count, Preface.text.count) where bytes[index] != Preface.text[index] {
            return false
        }
        return bytes.count >= Preface.text.count ? true : nil
    }
}

/// The suites of TLS 1.2 that HTTP/2 does not forbid: ephemeral keys and authenticated encryption (RFC 9113 section 9.2.2).
private enum StrongCiphers {
    static func contains(_ number: UInt16) -> Bool {
        switch number {
        case 0x009e, 0x009f, 0xc02b, 0xc02c, 0xc02f, 0xc030: true  // GCM
        case 0xccaa, 0xcca8, 0xcca9: true  // ChaCha20-Poly1305
        case 0xc09e, 0xc09f, 0xc0a2, 0xc0a3, 0xc0ac...0xc0af: true  // CCM
        default: false
        }
    }
}

/// What a client says first.
private enum Preface {
    static let text = Array("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".utf8)
}
