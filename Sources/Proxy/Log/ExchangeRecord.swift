internal import HTTP
internal import HTTP1
internal import Platform

/// What the access log tells about an exchange, gathered on the way. An exchange has one for as long as it lives.
final class ExchangeRecord {
    /// Stands for the answer where the client has gone before there was one: nginx's word, no status of HTTP.
    static let clientClosedRequest: UInt16 = 499

    /// The method, host and target and so on, as the client wrote them.
    let text = RecordText()
    /// The identity that the request has got here; nil before its head was read.
    private(set) var requestID: RequestID?
    private(set) var minorVersion: UInt8 = 1
    /// What the client was answered with; 0 for no answer.
    var isHTTP2 = false
    var status: UInt16 = 0
    /// Bytes of content that were sent to the client.
    var sentBytes: UInt64 = 0
    /// Bytes that came from the client through a tunnel; nil if there was none.
    var tunnelBytes: UInt64?
    var isCutOff = false

    private(set) var began = MonotonicTime(nanoseconds: 0)
    private var headReadAt = MonotonicTime(nanoseconds: 0)
    private var connectBeganAt = MonotonicTime(nanoseconds: 0)
    private var connectedAt = MonotonicTime(nanoseconds: 0)
    private var responseAt = MonotonicTime(nanoseconds: 0)
    private var answeredAt = MonotonicTime(nanoseconds: 0)

    /// The first byte of the request is there.
    func begin(at now: MonotonicTime) {
        began = now
        let none = MonotonicTime(nanoseconds: 0)
        headReadAt = none
        connectBeganAt = none
        connectedAt = none
        responseAt = none
        answeredAt = none
        status = 0
        sentBytes = 0
        tunnelBytes = nil
        isCutOff = false
        isHTTP2 = false
        requestID = nil
        text.clear()
    }

    /// The version as logs write it.
    var protocolName: StaticString { isHTTP2 ? "HTTP/2.0" : minorVersion == 0 ? "HTTP/1.0" : "HTTP/1.1" }

    /// Keeps what the head says, if it is to be logged.
    func take(_ head: borrowing RequestHead, _ bytes: Span<UInt8>, isLogged: Bool) {
        minorVersion = head.minorVersion
        guard isLogged else { return }
        text.take(
            method: head.methodExtent.bytes(in: bytes), host: head.authority.bytes(in: bytes),
            target: head.target.bytes(in: bytes))
    }

    /// Keeps the identity that counts: the one that the client gave, if it is trusted, or else `own`. After `take`.
    func identify(
        _ head: borrowing RequestHead, _ bytes: Span<UInt8>, own: RequestID, isTrusted: Bool
    ) {
        requestID = own
        let given = RequestForwarding.requestID(of: head, bytes: bytes, isTrusted: isTrusted)
        if let given { text.add(identity: given.bytes(in: bytes)) }
    }

    /// Keeps what only the combined format tells. After `identify`.
    func takeOrigin(_ head: borrowing RequestHead, _ bytes: Span<UInt8>) {
        if let referrer = Self.first(Self.referrerName, head, bytes) {
            text.add(referrer: referrer.bytes(in: bytes))
        }
        if let agent = Self.first(Self.agentName, head, bytes) { text.add(agent: agent.bytes(in: bytes)) }
    }

    /// The value of the first field that bears `name`, which is one that the gateway has no other use for.
    private static func first(
        _ name: FoldedName, _ head: borrowing RequestHead, _ bytes: Span<UInt8>
    ) -> Extent? {
        for index in 0..<head.fields.count where head.fields[index].kind == .other {
            let line = head.fields[index]
            if FoldedName(line.name.bytes(in: bytes)) == name { return line.value }
        }
        return nil
    }

    func headRead(at now: MonotonicTime) { headReadAt = now }
    func connectBegins(at now: MonotonicTime) {
        if connectBeganAt.nanoseconds == 0 { connectBeganAt = now }
    }
    func connected(at now: MonotonicTime) { connectedAt = now }
    func responseBegan(at now: MonotonicTime, status: UInt16) {
        responseAt = now
        self.status = status
    }

    /// The gateway answers in the place of the service: no step goes on after that.
    func answered(at now: MonotonicTime) { answeredAt = now }

    /// From the whole head to a connection that was free or could be begun, in nanoseconds: what the request was held and
    /// stood in line. A step that never ended has lasted until the answer, or until `now` if there was none; so with those
    /// below.
    func queueNanoseconds(at now: MonotonicTime) -> UInt64 { span(headReadAt, connectBeganAt, now) }
    /// From there to the connection.
    func connectNanoseconds(at now: MonotonicTime) -> UInt64 { span(connectBeganAt, connectedAt, now) }
    /// From the connection to the head of the response.
    func firstByteNanoseconds(at now: MonotonicTime) -> UInt64 { span(connectedAt, responseAt, now) }

    /// Field names of RFC 9110 sections 10.1.3 and 10.1.5.
    private static let referrerName = FoldedName("referer")
    private static let agentName = FoldedName("user-agent")

    private func span(_ start: MonotonicTime, _ end: MonotonicTime, _ now: MonotonicTime) -> UInt64 {
        guard start.nanoseconds != 0 else { return 0 }
        let last = answeredAt.nanoseconds == 0 ? now : answeredAt
        return (end.nanoseconds == 0 ? last : end).nanoseconds(since: start)
    }
}
