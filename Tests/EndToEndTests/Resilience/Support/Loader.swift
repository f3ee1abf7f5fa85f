/// A client that asks for much and holds back from reading most of it until it is told to go on.
final class Loader: CrowdMember {
    private let bytes: Int
    private var answer = Answer()
    /// Reads only as far as the head; to be set to false later.
    var isHeldBack = true {
        didSet { sleep(.zero) }
    }

    init(of crowd: Crowd, bytes: Int) {
        self.bytes = bytes
        super.init(of: crowd)
    }

    /// Whether the answer has begun.
    var hasBegun: Bool { answer.status == 200 }
    /// Whether the answer has come to its end.
    var isComplete: Bool { answer.isComplete }

    override var readsAtOnce: Bool { !isHeldBack || !hasBegun }

    override func opened() {
        send("GET /bytes/\(bytes) HTTP/1.1\r\nHost: limpet.test\r\n\r\n")
    }

    override func received(_ bytes: [UInt8]) {
        guard (try? answer.read(bytes)) != nil else { return leave() }
        if hasBegun { arrive() }
    }

    override func woken() {
        while readsAtOnce, take() {}
    }
}
