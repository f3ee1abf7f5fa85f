import Platform
import Testing

@testable import ProxyProtocol

@Suite struct BinaryHeaderTests {
    private static let signature: [UInt8] = Array("\r\n\r\n\0\r\nQUIT\n".utf8)
    private static let addresses4: [UInt8] = [192, 0, 2, 1, 198, 51, 100, 7, 0xdc, 0x04, 0x01, 0xbb]

    private func message(
        _ command: UInt8 = 0x21, _ family: UInt8 = 0x11, _ body: [UInt8] = addresses4, length: Int? = nil
    ) -> [UInt8] {
        let length = length ?? body.count
        return Self.signature + [command, family, UInt8(length >> 8), UInt8(length & 255)] + body
    }

    @Test func `an IPv4 header is read`() {
        #expect(
            judge(message() + [1, 2, 3])
                == .complete(header("192.0.2.1:56324", "198.51.100.7:443"), length: 28))
    }

    @Test func `an IPv6 header is read`() {
        var body: [UInt8] = [0x20, 0x01, 0x0d, 0xb8] + [UInt8](repeating: 0, count: 11) + [1]
        body += [0x20, 0x01, 0x0d, 0xb8] + [UInt8](repeating: 0, count: 11) + [2, 0, 80, 1, 187]
        #expect(
            judge(message(0x21, 0x21, body))
                == .complete(header("[2001:db8::1]:80", "[2001:db8::2]:443"), length: 52))
    }

    @Test func `an IPv4-mapped address is taken for IPv4`() {
        let mapped: [UInt8] = [UInt8](repeating: 0, count: 10) + [255, 255, 10, 0, 0, 1]
        let body = mapped + mapped + [0, 1, 0, 2]
        #expect(judge(message(0x21, 0x21, body)) == .complete(header("10.0.0.1:1", "10.0.0.1:2"), length: 52))
    }

    @Test func `a UNIX header is read`() {
        let path = Array("/run/a.sock".utf8)
        let body = path + [UInt8](repeating: 0, count: 108 - path.count) + [UInt8](repeating: 0, count: 108)
        let header = ProxyHeader(source: .unix(path: "/run/a.sock"), destination: nil, isLocal: false)
        #expect(judge(message(0x21, 0x31, body)) == .complete(header, length: 232))
    }

    @Test func `a UNIX path that is not ended is not taken`() {
        let header = ProxyHeader(source: nil, destination: nil, isLocal: false)
        let body = [UInt8](repeating: 0x61, count: 216)
        #expect(judge(message(0x21, 0x31, body)) == .complete(header, length: 232))
    }

    @Test func `the proxy's own connections are told apart`() {
        let header = ProxyHeader(source: nil, destination: nil, isLocal: true)
        #expect(judge(message(0x20, 0x00, [])) == .complete(header, length: 16))
    }

    @Test func `an unspecified family names nobody`() {
        let header = ProxyHeader(source: nil, destination: nil, isLocal: false)
        #expect(judge(message(0x21, 0x00, [1, 2, 3])) == .complete(header, length: 19))
    }

    @Test func `another version or command is refused`() {
        #expect(judge(message(0x11)) == .refused(.badVersion))
        #expect(judge(message(0x31)) == .refused(.badVersion))
        #expect(judge(message(0x22)) == .refused(.badCommand))
        #expect(judge(message(0x2f)) == .refused(.badCommand))
    }

    @Test(arguments: [UInt8(0x12), 0x22, 0x32, 0x10, 0x13, 0x41, 0xff, 0x01])
    func `what is no stream is refused`(family: UInt8) {
        #expect(judge(message(0x21, family)) == .refused(.badFamily))
    }

    @Test func `a wrong signature is refused`() {
        var bytes = message()
        bytes[11] = 0x0d
        #expect(judge(bytes) == .refused(.noHeader))
    }

    @Test func `a length without room for the addresses is too short`() {
        #expect(judge(message(0x21, 0x11, Array(Self.addresses4.dropLast()))) == .refused(.tooShort))
        #expect(judge(message(0x21, 0x21)) == .refused(.tooShort))
        #expect(judge(message(0x21, 0x31)) == .refused(.tooShort))
    }

    @Test func `a header beyond four kibibytes is too long`() {
        #expect(judge(message(0x21, 0x11, [], length: 4097)) == .refused(.tooLong))
        #expect(judge(message(0x21, 0x11, [], length: 65535)) == .refused(.tooLong))
        #expect(ProxyHeaderParser.parse(message(0x21, 0x11, [], length: 4096).span) == .incomplete)
    }

    @Test func `extensions are walked over`() {
        let body =
            Self.addresses4 + [0x04, 0, 0] + [0x02, 0, 3, 97, 46, 98] + [0x20, 0, 5, 1, 0, 0, 0, 0] + [
                0xee, 0, 0,
            ]
        #expect(
            judge(message(0x21, 0x11, body))
                == .complete(header("192.0.2.1:56324", "198.51.100.7:443"), length: 48))
    }

    @Test(
        arguments: [
            [0x04], [0x04, 0], [0x04, 0, 1], [0x04, 0xff, 0xff, 1], [0x03, 0, 3, 1, 2, 3], [0x03, 0, 0],
        ] as [[UInt8]])
    func `an extension that does not fit is refused`(extension: [UInt8]) {
        #expect(judge(message(0x21, 0x11, Self.addresses4 + `extension`)) == .refused(.badExtension))
    }

    @Test func `the checksum is verified`() {
        var bytes = message(0x21, 0x11, Self.addresses4 + [0x03, 0, 4, 0, 0, 0, 0])
        let sum = CRC32C.checksum(bytes.span, zeroed: 31..<35)
        for offset in 0..<4 { bytes[31 + offset] = UInt8(truncatingIfNeeded: sum >> UInt32(24 - 8 * offset)) }
        #expect(judge(bytes) == .complete(header("192.0.2.1:56324", "198.51.100.7:443"), length: 35))
        for index in 16..<28 {
            var changed = bytes
            changed[index] ^= 1
            #expect(judge(changed) == .refused(.badChecksum))
        }
    }

    @Test func `a second checksum is refused`() {
        let checksum: [UInt8] = [0x03, 0, 4, 0, 0, 0, 0]
        #expect(judge(message(0x21, 0x11, Self.addresses4 + checksum + checksum)) == .refused(.badExtension))
    }

    @Test func `the checksum is that of RFC 3720`() {
        // Appendix B.4: 32 bytes of zeros, of ones, and the check value of the nine digits.
        #expect(CRC32C.checksum([UInt8](repeating: 0, count: 32).span, zeroed: 0..<0) == 0x8a91_36aa)
        #expect(CRC32C.checksum([UInt8](repeating: 255, count: 32).span, zeroed: 0..<0) == 0x62a8_ab43)
        #expect(CRC32C.checksum(Array("123456789".utf8).span, zeroed: 0..<0) == 0xe306_9283)
    }

    @Test func `bytes at random harm nobody`() {
        var generator = SystemRandomNumberGenerator()
        for _ in 0..<2000 {
            let count = Int.random(in: 0...64, using: &generator)
            let noise = (0..<count).map { _ in UInt8.random(in: 0...255, using: &generator) }
            _ = judge(
                message(0x21, [0x11, 0x21, 0x31, 0x00][Int.random(in: 0..<4, using: &generator)], noise))
        }
    }

    @Test func `every fault has its own sentence`() {
        let sentences = Set(ProxyHeaderFault.allCases.map { "\($0.sentence)" })
        #expect(sentences.count == ProxyHeaderFault.allCases.count)
    }
}
