internal import CNghttp2
internal import HTTP

extension HeaderList {
    /// Makes CONNECT of the request that was just read: as it is in HTTP/2 (RFC 9113 section 8.5), or of an upgrade to
    /// WebSocket in its extended form (RFC 8441 section 4), which has no nonce.
    ///
    /// - Safety: the bytes of the request are still there.
    @unsafe
    mutating func makeTunnel(_ form: TunnelForm) {
        setName(Self.methodName, value: Self.connectMethod, at: Self.methodPosition)
        guard case .webSocket = form else { return makeConnect() }
        var index = Self.fieldsStart
        while index < count {
            let isNonce = unsafe withName(at: index) { FoldedName($0) == FoldedName("sec-websocket-key") }
            if isNonce { remove(at: index) } else { index &+= 1 }
        }
        insert(Self.protocolName, value: Self.webSocketName, at: Self.schemePosition)
    }

    /// The target is the authority, and there is neither scheme nor path.
    private mutating func makeConnect() {
        setName(Self.authorityName, at: Self.pathPosition)
        let next = Self.pathPosition &+ 1
        if next < count, unsafe withName(at: next, { FoldedName($0) == FoldedName(":authority") }) {
            remove(at: next)
        }
        remove(at: Self.schemePosition)
    }

    private static let methodPosition = 0
    private static let schemePosition = 1
    private static let pathPosition = 2
    /// Where fields stand that are no pseudo-fields, at the earliest.
    private static let fieldsStart = 3
    private static let connectMethod: StaticString = "CONNECT"
    private static let protocolName: StaticString = ":protocol"
    private static let webSocketName: StaticString = "websocket"
}
