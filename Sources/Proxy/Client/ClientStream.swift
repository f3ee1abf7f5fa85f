internal import HTTP2

/// A stream of a client's HTTP/2 connection, with the exchange that answers it.
final class ClientStream: ServerStream {
    private unowned let owner: ClientSession
    /// Nil before its request has come, and when its response has wholly left.
    var exchange: Exchange?

    init(_ owner: ClientSession) {
        self.owner = owner
        super.init()
    }

    /// Parts from its exchange, which is the caller's to give back; nil if it has none.
    func leave() -> Exchange? { owner.leave(self) }

    /// Sends what would be too much to gather.
    func makeRoom() { owner.makeRoom() }

    override func headArrived() { owner.begin(self) }
    override func inputArrived() { exchange?.clientReady() }
    override func outputLeft() { exchange?.clientReady() }

    override func closed(_ code: ErrorCode) {
        if code == .noError { exchange?.takeLastInput() }
        leave()?.streamClosed(code)
    }
}
