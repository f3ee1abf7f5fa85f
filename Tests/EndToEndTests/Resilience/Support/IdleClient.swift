/// A client that asks once and then only stays.
final class IdleClient: CrowdMember {
    private var answer = Answer()
    /// Whether its answer was 200.
    var isContent: Bool { answer.isComplete && answer.status == 200 }

    override func opened() {
        send("GET / HTTP/1.1\r\nHost: limpet.test\r\n\r\n")
    }

    override func received(_ bytes: [UInt8]) {
        guard (try? answer.read(bytes)) == true else { return }
        arrive()
    }
}
