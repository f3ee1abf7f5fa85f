import Testing

@testable import Proxy

@Suite struct WebSocketKeyTests {
    @Test func `the example of RFC 6455 section 1.3`() {
        let proof = WebSocketKey.acceptance(of: Array("dGhlIHNhbXBsZSBub25jZQ==".utf8).span)
        #expect(String(decoding: proof, as: UTF8.self) == "s3pPLMBiTxaQ9kYGzzhZRbK+xOo=")
    }

    @Test func `a nonce is 16 bytes in base64`() {
        func text(_ high: UInt64, _ low: UInt64) -> String {
            String(decoding: WebSocketKey.make(high, low), as: UTF8.self)
        }
        #expect(text(0, 0) == "AAAAAAAAAAAAAAAAAAAAAA==")
        #expect(text(.max, .max) == "/////////////////////w==")
        #expect(text(0x0001_0203_0405_0607, 0x0809_0a0b_0c0d_0e0f) == "AAECAwQFBgcICQoLDA0ODw==")
    }
}
