/// A client that sends some bytes, ends its direction, and waits for the end.
final class Thrower: CrowdMember {
    private let garbage: [UInt8]

    init(of crowd: Crowd, _ garbage: [UInt8]) {
        self.garbage = garbage
        super.init(of: crowd)
    }

    override func opened() {
        send(garbage)
        finishSending()
    }
}

/// A client that sends a TLS hello in two pieces, the second once the first has certainly been read.
final class SplitSpeaker: CrowdMember {
    private let hello: [UInt8]
    /// Where the second piece begins.
    let place: Int
    private(set) var hasServerHello = false

    init(of crowd: Crowd, _ hello: [UInt8], at place: Int) {
        self.hello = hello
        self.place = place
        super.init(of: crowd)
    }

    var isOver: Bool { hasServerHello || ending != nil }

    override func opened() {
        send(Array(hello[..<place]))
        sleep(.milliseconds(5))
    }

    override func woken() {
        send(Array(hello[place...]))
    }

    override func received(_ bytes: [UInt8]) {
        // A record with a handshake message, the first of which is a server's hello (RFC 8446 sections 5.1 and 4).
        hasServerHello = hasServerHello || (bytes.count > 5 && bytes[0] == 22 && bytes[5] == 2)
        leave()
    }
}
