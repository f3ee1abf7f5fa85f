import Testing

@testable import Runtime

@Suite struct ByteBufferTests {
    @Test func `an empty buffer has nothing to read`() {
        let buffer = ByteBuffer(capacity: 0)
        #expect(buffer.isEmpty)
        #expect(buffer.count == 0)
        #expect(buffer.text == "")
        #expect(buffer.capacity == 1024)
    }

    @Test(arguments: [(0, 1024), (1, 1024), (1024, 1024), (1025, 2048), (65_536, 65_536), (65_537, 131_072)])
    func `a capacity is rounded up to a power of two`(asked: Int, given: Int) {
        #expect(ByteBuffer(capacity: asked).capacity == given)
    }

    @Test func `what is appended is read in order`() {
        let buffer = ByteBuffer(capacity: 0)
        buffer.append("GET ")
        buffer.append(byte: 0x2f)
        buffer.append([0x20, 0x48])
        buffer.append([UInt8]("TTP".utf8).span)
        #expect(buffer.text == "GET / HTTP")
    }

    @Test func `appending nothing changes nothing`() {
        let buffer = ByteBuffer(capacity: 0)
        buffer.append([])
        buffer.append("")
        #expect(buffer.isEmpty)
    }

    @Test func `growing keeps what waits`() {
        let buffer = ByteBuffer(capacity: 0)
        let bytes = (0..<5000).map { UInt8(truncatingIfNeeded: $0) }
        for byte in bytes { buffer.append(byte: byte) }
        #expect(buffer.capacity == 8192)
        #expect(buffer.bytes == bytes)
    }

    @Test func `growing after a read keeps what waits`() {
        let buffer = ByteBuffer(capacity: 1024)
        let bytes = (0..<1024).map { UInt8(truncatingIfNeeded: $0) }
        buffer.append(bytes)
        buffer.consume(100)
        buffer.append(bytes)
        #expect(buffer.bytes == bytes[100...] + bytes)
    }

    @Test func `room at the front is used before the storage grows`() {
        let buffer = ByteBuffer(capacity: 1024)
        buffer.append([UInt8](repeating: 1, count: 1000))
        buffer.consume(900)
        buffer.append([UInt8](repeating: 2, count: 500))
        #expect(buffer.capacity == 1024)
        #expect(buffer.bytes == [UInt8](repeating: 1, count: 100) + [UInt8](repeating: 2, count: 500))
    }

    @Test func `a nearly full buffer grows rather than moving all for every small piece`() {
        let buffer = ByteBuffer(capacity: 1024)
        buffer.append([UInt8](repeating: 1, count: 1024))
        buffer.consume(10)
        buffer.append(byte: 2)
        #expect(buffer.capacity == 2048)
        #expect(buffer.count == 1015)
    }

    @Test func `consuming a part leaves the rest`() {
        let buffer = ByteBuffer(capacity: 0)
        buffer.append("abcdef")
        buffer.consume(2)
        #expect(buffer.text == "cdef")
        #expect(buffer.readIndex == 2)
        #expect(buffer.writeIndex == 6)
    }

    @Test func `consuming all begins at the front again`() {
        let buffer = ByteBuffer(capacity: 0)
        buffer.append("abc")
        buffer.consume(3)
        #expect(buffer.readIndex == 0)
        #expect(buffer.writeIndex == 0)
    }

    @Test func `consuming more than there is consumes all`() {
        let buffer = ByteBuffer(capacity: 0)
        buffer.append("abc")
        buffer.consume(.max)
        #expect(buffer.isEmpty)
    }

    @Test func `truncating drops the last bytes`() {
        let buffer = ByteBuffer(capacity: 0)
        buffer.append("abcdef")
        buffer.consume(1)
        buffer.truncate(to: 2)
        #expect(buffer.text == "bc")
    }

    @Test func `bytes written in place are appended`() {
        let buffer = ByteBuffer(capacity: 0)
        buffer.append("a")
        unsafe buffer.withWritableBytes(minimum: 4000) { room in
            unsafe room[0] = 0x62
            return room.count >= 4000 ? 1 : 0
        }
        #expect(buffer.text == "ab")
    }

    @Test(
        arguments: [
            (0, "0"), (9, "9"), (10, "10"), (99, "99"), (100, "100"), (1_234_567_890, "1234567890"),
            (9_999_999_999_999_999_999, "9999999999999999999"),
            (10_000_000_000_000_000_000, "10000000000000000000"), (UInt64.max, "18446744073709551615"),
        ] as [(UInt64, String)])
    func `numbers are written in decimal`(number: UInt64, text: String) {
        let buffer = ByteBuffer(capacity: 0)
        buffer.append(decimal: number)
        #expect(buffer.text == text)
    }

    @Test func `a negative decimal counts as zero`() {
        let buffer = ByteBuffer(capacity: 0)
        buffer.append(decimal: -7)
        #expect(buffer.text == "0")
    }

    @Test(
        arguments: [
            (0, 1, "0"), (0, 0, "0"), (15, 1, "f"), (16, 1, "10"), (0xabc, 4, "0abc"), (0x4000, 1, "4000"),
            (UInt64.max, 1, "ffffffffffffffff"), (1, 16, "0000000000000001"), (1, 99, "0000000000000001"),
            (1, -5, "1"),
        ] as [(UInt64, Int, String)])
    func `numbers are written in hexadecimal, padded to a width`(number: UInt64, width: Int, text: String) {
        let buffer = ByteBuffer(capacity: 0)
        buffer.append(hexadecimal: number, width: width)
        #expect(buffer.text == text)
    }

    @Test func `digits at the end of the storage make it grow`() {
        let buffer = ByteBuffer(capacity: 1024)
        buffer.append([UInt8](repeating: 0x2e, count: 1020))
        buffer.append(decimal: UInt64.max)
        buffer.append(hexadecimal: UInt64.max)
        #expect(buffer.text.hasSuffix("18446744073709551615ffffffffffffffff"))
    }
}

extension ByteBuffer {
    /// What waits, as an array.
    var bytes: [UInt8] { unsafe withReadableBytes { unsafe Array($0) } }

    /// What waits, as text.
    var text: String { String(decoding: bytes, as: UTF8.self) }
}
