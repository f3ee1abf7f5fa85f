import TLS
import Testing

@Suite struct AuthenticationTests {
    private func hexadecimal(_ digest: Digest) -> String {
        let digits = Array("0123456789abcdef")
        return String(
            digest.span.indices.flatMap {
                [digits[Int(digest.span[$0] >> 4)], digits[Int(digest.span[$0] & 15)]]
            })
    }

    @Test func `SHA-256 of the standard's examples`() {
        #expect(
            hexadecimal(SHA256.hash(Array("abc".utf8).span))
                == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad")
        let nothing: [UInt8] = []
        #expect(
            hexadecimal(SHA256.hash(nothing.span))
                == "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855")
        #expect(SHA256.hash(nothing.span).prefix == 0xe3b0_c442_98fc_1c14)
    }

    @Test func `HMAC-SHA-256 of RFC 4231, and again with the same key`() throws {
        let key = AuthenticationKey(Array(repeating: 0x0b, count: 20).span)
        let authentication = try MessageAuthentication(key: key)
        for _ in 0..<3 {
            #expect(
                hexadecimal(authentication.sign(Array("Hi There".utf8).span))
                    == "b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7")
        }
    }

    @Test func `a tag is verified whole or cut to 16 bytes, and never shorter`() throws {
        let authentication = try MessageAuthentication(key: AuthenticationKey())
        let message = Array("message".utf8)
        let digest = authentication.sign(message.span)
        let tag = digest.span.indices.map { digest.span[$0] }
        for count in 0...32 {
            let isAccepted = authentication.verify(Array(tag[..<count]).span, of: message.span)
            #expect(isAccepted == (count >= 16))
        }
        for index in tag.indices {
            var wrong = tag
            wrong[index] ^= 1
            let isAccepted = authentication.verify(wrong.span, of: message.span)
            #expect(!isAccepted)
        }
        let isLongAccepted = authentication.verify((tag + [0]).span, of: message.span)
        let isOtherAccepted = authentication.verify(tag.span, of: Array("messagE".utf8).span)
        #expect(!isLongAccepted && !isOtherAccepted)
    }

    @Test func `another key gives another tag`() throws {
        let message = Array("message".utf8)
        let first = try MessageAuthentication(key: AuthenticationKey())
        let digest = first.sign(message.span)
        let second = try MessageAuthentication(key: AuthenticationKey())
        let isAccepted = second.verify(digest.span, of: message.span)
        #expect(!isAccepted)
    }
}
