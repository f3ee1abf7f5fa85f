internal import TestSupport

/// The first flight of a TLS client.
enum HelloCapture {
    /// A ClientHello in its record, as OpenSSL sends it.
    static func hello() throws -> [UInt8] {
        let listener = try TestSupport.Socket.listening()
        let crowd = try Crowd(of: .ipv4(port: listener.port), secure: true)
        let client = crowd.add(IdleClient(of: crowd))
        var received: [UInt8] = []
        let accepted = try crowd.live(during: { listener.accept() })
        let isWhole = try crowd.live {
            if case .bytes(let bytes)? = try accepted?.receive(until: Deadline(in: .milliseconds(1))) {
                received += bytes
            }
            return received.count > 5 && received.count == 5 + Int(received[3]) << 8 + Int(received[4])
        }
        client.leave()
        guard isWhole else { throw HarnessError.timeout(waitingFor: "a hello", seen: received.readable) }
        return received
    }
}
