/// What a peer may make us hold while a head, a chunk header or a trailer section arrives.
@frozen
public struct HeadLimits: Hashable, Sendable {
    /// The longest head with its last empty line, in bytes; beyond it: 431.
    public var headBytes: Int
    /// The longest request target, in bytes; beyond it: 414.
    public var targetBytes: Int
    /// The longest method, in bytes; beyond it: 501 (RFC 9112 section 3).
    public var methodBytes: Int
    /// The greatest number of field lines; beyond it: 431.
    public var fields: Int
    /// The greatest number of names that `Connection` may nominate; beyond it: 431.
    public var connectionOptions: Int
    /// The longest trailer section, in bytes; beyond it: 431.
    public var trailerBytes: Int
    /// The greatest number of trailer lines; beyond it: 431.
    public var trailerFields: Int
    /// Bytes of chunk extensions that are skipped in one message; beyond it: 400.
    public var chunkExtensionBytes: Int
    /// The greatest number of interim (1xx) responses to one request; beyond it: 502.
    public var interimResponses: Int

    /// No head may be longer, whatever is configured: offsets are kept in small integers.
    public static let greatestHeadBytes = 16 << 20

    /// The defaults, to be changed one by one.
    public init() {
        headBytes = 32 << 10
        targetBytes = 8 << 10
        methodBytes = 32
        fields = 100
        connectionOptions = 16
        trailerBytes = 8 << 10
        trailerFields = 32
        chunkExtensionBytes = 4 << 10
        interimResponses = 16
    }
}
