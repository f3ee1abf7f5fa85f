import Platform
import Runtime
import TestSupport
import Testing

@testable import Proxy

/// How much of what a client of HTTP/2 has sent is taken in at once.
@Suite struct ClientSessionTests {
    /// Runs `body` with a session that has got the client's preface.
    private func withSession(_ body: (ClientSession, ByteBuffer) throws -> Void) throws {
        let stage = try WorkerStage()
        defer { try? stage.end() }
        let peer = try #require(SocketAddress("192.0.2.7:4711"))
        let listener = try #require(stage.worker.deployment.listeners.first)
        let transport = Transport(adopting: try Socket.connect(to: stage.address), loop: stage.worker.loop)
        defer { transport.close() }
        let client = ClientConnection(transport, peer: peer, listener: listener, worker: stage.worker)
        let session = try ClientSession(client)
        defer { session.close() }
        let input = ByteBuffer(capacity: 16 << 10)
        input.append(Frame.preface + Frame.settings().bytes)
        session.receive(input)
        #expect(input.isEmpty)
        try body(session, input)
    }

    @Test func `a long field block is taken in by pieces`() throws {
        try withSession { session, input in
            let fields = Frame.request() + [("x-long", String(repeating: "a", count: 12_000))]
            let frame = Frame.headers(block: FieldBlock.literal(fields)).bytes
            // Nothing tells that a block follows before its frame has begun.
            input.append(Array(frame[..<9]))
            session.receive(input)
            #expect(input.isEmpty)
            input.append(Array(frame[9...]))
            for pieces in 1...4 {
                session.receive(input)
                #expect(input.count == frame.count - 9 - pieces * 2048)
            }
        }
    }

    @Test func `requests that come together are taken in together`() throws {
        try withSession { session, input in
            for number in 0..<32 {
                input.append(Frame.headers(Frame.request(), on: UInt32(number * 2 + 1)).bytes)
            }
            session.receive(input)
            #expect(input.isEmpty)
        }
    }
}
