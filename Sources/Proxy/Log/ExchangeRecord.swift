internal import HTTP
internal import HTTP1
internal import Platform

/// What the access log tells about an exchange, gathered on the way.
struct ExchangeRecord: ~Copyable {
    /// Stands for the answer where the client has gone before there was one: nginx's word, no status of HTTP.
    static let clientClosedRequest: UInt16 = 499

    /// The method, host and target, as the client wrote them, one after the other.
    private(set) var text = RecordText()
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
    mutating func begin(at now: MonotonicTime) {
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
        text.clear()
    }

    /// The version as logs write it.
    var protocolName: StaticString { isHTTP2 ? "HTTP/2.0" : minorVersion == 0 ? "HTTP/1.0" : "HTTP/1.1" }

    /// Keeps what the head says, if it is to be logged.
    mutating func take(_ head: borrowing RequestHead, _ bytes: Span<UInt8>, isLogged: Bool) {
        minorVersion = head.minorVersion
        guard isLogged else { return }
        text.take(
            method: head.methodExtent.bytes(in: bytes), host: head.authority.bytes(in: bytes),
            target: head.target.bytes(in: bytes))
    }

    mutating func headRead(at now: MonotonicTime) { headReadAt = now }
    mutating func connectBegins(at now: MonotonicTime) {
        if connectBeganAt.nanoseconds == 0 { connectBeganAt = now }
    }
    mutating func connected(at now: MonotonicTime) { connectedAt = now }
    mutating func responseBegan(at now: MonotonicTime, status: UInt16) {
        responseAt = now
        self.status = status
    }

    /// The gateway answers in the place of the service: no step goes on after that.
    mutating func answered(at now: MonotonicTime) { answeredAt = now }

    /// From the whole head to a connection that was free or could be begun, in nanoseconds: what the request was held and
    /// stood in line. A step that never ended has lasted until the answer, or until `now` if there was none; so with those
    /// below.
    func queueNanoseconds(at now: MonotonicTime) -> UInt64 { span(headReadAt, connectBeganAt, now) }
    /// From there to the connection.
    func connectNanoseconds(at now: MonotonicTime) -> UInt64 { span(connectBeganAt, connectedAt, now) }
    /// From the connection to the head of the response.
    func firstByteNanoseconds(at now: MonotonicTime) -> UInt64 { span(connectedAt, responseAt, now) }

    private func span(_ start: MonotonicTime, _ end: MonotonicTime, _ now: MonotonicTime) -> UInt64 {
        guard start.nanoseconds != 0 else { return 0 }
        let last = answeredAt.nanoseconds == 0 ? now : answeredAt
        return (end.nanoseconds == 0 ? last : end).nanoseconds(since: start)
    }
}
