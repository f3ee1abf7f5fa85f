public import HTTP

/// A request's head (RFC 9112 sections 2 and 3): offsets into the bytes that were parsed, and what they mean.
public struct RequestHead: ~Copyable {
    /// The method.
    public internal(set) var method = Method.get
    /// Where the method stands.
    public internal(set) var methodExtent = Extent.none
    /// The form of the target.
    public internal(set) var form = TargetForm.origin
    /// Path and query as the client wrote them. Empty if an absolute-form target has neither; it may begin
    /// with `?` if that has no path. For CONNECT host and port. What goes upstream then is `/` or, for OPTIONS without a query, `*`.
    public internal(set) var target = Extent.none
    /// The path alone; empty where an absolute-form target has none.
    public internal(set) var path = Extent.none
    /// Whether the path has neither escapes nor dot segments, so that it means what it says.
    public internal(set) var isPathPlain = true
    /// Host and port: of the target in absolute-form, else of `Host`; empty only in HTTP/1.0 without `Host`.
    public internal(set) var authority = Extent.none
    /// The host within the authority, an IPv6 address with its brackets.
    public internal(set) var host = Extent.none
    /// The port within the authority, where one is given.
    public internal(set) var port: UInt16?
    /// 1 for HTTP/1.1, 0 for HTTP/1.0.
    public internal(set) var minorVersion: UInt8 = 1
    /// The field lines.
    public internal(set) var fields: FieldTable
    /// How the body ends: none, length or chunked.
    public internal(set) var framing = BodyFraming.none
    /// Whether the client means to go on after this request (RFC 9112 section 9.3).
    public internal(set) var isPersistent = true
    /// Whether the client waits for `100 Continue` before it sends the body (RFC 9110 section 10.1.1).
    public internal(set) var expectsContinue = false
    /// How often OPTIONS or TRACE may still be forwarded (RFC 9110 section 7.6.2); at zero the gateway
    /// answers itself.
    public internal(set) var maxForwards: UInt32?
    /// Length of the whole head in bytes.
    public internal(set) var length = 0

    init(fields limit: Int) {
        fields = FieldTable(limit: limit)
    }

    /// Whether the client says that trailers are not lost on it (RFC 9110 section 10.1.4).
    public func acceptsTrailers(_ bytes: Span<UInt8>) -> Bool {
        var index = fields.firstIndex(of: .te)
        while let current = index {
            var codings = ListElements(fields[current].value)
            while let coding = codings.next(in: bytes) {
                if FoldedName(coding.bytes(in: bytes)) == FoldedName("trailers") { return true }
            }
            index = fields.firstIndex(of: .te, from: current &+ 1)
        }
        return false
    }

    /// Forgets the message and keeps the storage.
    mutating func reset() {
        method = .get
        methodExtent = .none
        form = .origin
        target = .none
        path = .none
        isPathPlain = true
        authority = .none
        host = .none
        port = nil
        minorVersion = 1
        fields.removeAll()
        framing = .none
        isPersistent = true
        expectsContinue = false
        maxForwards = nil
        length = 0
    }
}
