/// A client that costs a gateway patience.
final class SlowClient: CrowdMember {
    /// What it is slow at.
    enum Manner: CaseIterable {
        /// It connects and says nothing, not even a hello.
        case silent
        /// It sends its request a byte at a time.
        case dripping
        /// It sends the head of its request, and the body a byte at a time.
        case drippingBody
        /// It asks for much and reads a little at a time.
        case sipping
    }

    /// How long it waits between two bytes, or two sips.
    static let pause = Duration.milliseconds(500)
    private static let request = Array("GET /\(String(repeating: "x", count: 4000)) HTTP/1.1\r\n".utf8)
    private static let bodyHead = "POST / HTTP/1.1\r\nHost: limpet.test\r\nContent-Length: 4000\r\n\r\n"

    let manner: Manner
    /// How many bytes it has sent one at a time, or how often it has sipped.
    private(set) var steps = 0

    init(of crowd: Crowd, _ manner: Manner) {
        self.manner = manner
        super.init(of: crowd)
    }

    /// Whether it is as slow as it wants to be.
    var hasBegun: Bool { manner == .silent ? isOpen : steps > 0 }

    override var speaksTLS: Bool { manner != .silent && super.speaksTLS }
    override var receiveBuffer: Int32? { manner == .sipping ? 4096 : nil }
    override var readsAtOnce: Bool { manner != .sipping }

    override func opened() {
        switch manner {
        case .silent: return arrive()
        case .dripping: break
        case .drippingBody: send(Self.bodyHead)
        case .sipping: send("GET /bytes/4000000 HTTP/1.1\r\nHost: limpet.test\r\n\r\n")
        }
        woken()
    }

    override func woken() {
        guard isOpen else { return }
        switch manner {
        case .silent: return
        case .dripping: send([Self.request[steps % Self.request.count]])
        case .drippingBody: send("x")
        case .sipping: take()
        }
        steps += 1
        if hasBegun { arrive() }
        sleep(Self.pause)
    }
}
