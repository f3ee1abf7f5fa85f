internal import HTTP2
internal import Platform
internal import Runtime

/// A stream of a connection to a platform service that speaks HTTP/2, for one exchange. Used again and again;
/// thread-confined.
final class ServiceStream: RequestStream {
    private(set) var owner: ServiceSession?
    private(set) var exchange: Exchange?
    /// Whether the connection had carried other requests before.
    private(set) var wasUsed = false
    /// What the connection had received when the request was made.
    private var receivedBefore: UInt64 = 0
    private var hasAsked = false

    /// Is `exchange`'s from here on.
    func join(_ owner: ServiceSession, for exchange: Exchange) {
        self.owner = owner
        self.exchange = exchange
        wasUsed = owner.hasServed
        hasAsked = false
        receivedBefore = 0
    }

    /// The connection that it is one of.
    var connection: UpstreamConnection? { owner?.connection }

    // MARK: The request

    /// Sends the head; `isLast`: there is no body, nor a tunnel.
    func ask(_ head: ByteBuffer, tunnel: TunnelForm? = nil, acceptsTrailers: Bool, isLast: Bool) {
        guard let owner else { return }
        hasAsked = true
        receivedBefore = owner.connection.transport.receivedBytes
        owner.ask(head, on: self, tunnel: tunnel, acceptsTrailers: acceptsTrailers, isLast: isLast)
    }

    /// Whether the service takes CONNECT in its extended form.
    var allowsExtendedConnect: Bool { owner?.allowsExtendedConnect ?? false }

    /// Lets what was said leave.
    func settle() {
        owner?.settle()
    }

    /// The service has let the time of its answer pass. If nothing else came either, no other request should go this way.
    func doubt() {
        guard let owner, owner.connection.transport.receivedBytes == receivedBefore else { return }
        owner.retire()
    }

    /// Parts from its exchange. `isWhole`: request and response are whole, so that only the service's word of it may be
    /// missing.
    func part(isWhole: Bool) {
        exchange = nil
        guard let owner else { return }
        guard hasAsked else {
            let pool = owner.connection.pool
            self.owner = nil
            owner.unjoin(self)
            return pool.keep(self)
        }
        let isOver = hasSaidAll && isInputOver && isWhole
        if !isClosed, !isOver, !(hasSaidAll && isWhole && owner.mayLinger) { reset(.cancel) }
        leave()
        owner.parted()
    }

    // MARK: Events

    override func changed() { exchange?.upstreamReady() }

    override func released() {
        // A stream that waits to be used refers to nobody: it is the pool that refers to it.
        let pool = owner?.connection.pool
        owner = nil
        pool?.keep(self)
    }
}
