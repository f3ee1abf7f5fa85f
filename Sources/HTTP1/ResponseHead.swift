public import HTTP

/// A response's head (RFC 9112 sections 2 and 4): offsets into the bytes that were parsed, and what they
/// mean.
public struct ResponseHead: ~Copyable {
    /// The status code, 100 to 999.
    public internal(set) var status: UInt16 = 0
    /// Where the reason phrase stands; often empty.
    public internal(set) var reason = Extent.none
    /// 1 for HTTP/1.1, 0 for HTTP/1.0.
    public internal(set) var minorVersion: UInt8 = 1
    /// The field lines.
    public internal(set) var fields: FieldTable
    /// How the body ends, with the request's method taken into account.
    public internal(set) var framing = BodyFraming.none
    /// Whether the service's connection can carry another request after this response.
    public internal(set) var isPersistent = true
    /// Length of the whole head in bytes.
    public internal(set) var length = 0

    /// Whether another head follows for the same request (RFC 9110 section 15.2).
    public var isInformational: Bool { status < 200 }

    init(fields limit: Int) {
        fields = FieldTable(limit: limit)
    }

    /// Forgets the message and keeps the storage.
    mutating func reset() {
        status = 0
        reason = .none
        minorVersion = 1
        fields.removeAll()
        framing = .none
        isPersistent = true
        length = 0
    }
}
