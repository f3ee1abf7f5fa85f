import Platform
import Testing

@Suite struct SecretBytesTests {
    @Test(arguments: [0, 1, 1000])
    func `they are a copy of what they were made from`(count: Int) {
        var original = (0..<count).map { UInt8(truncatingIfNeeded: $0) }
        let secret = SecretBytes(copying: original.span)
        let before = original
        for index in original.indices { original[index] = 0xff }
        let span = secret.span
        #expect(span.indices.map { span[$0] } == before && secret.count == count)
    }

    @Test func `they are equal if all bytes are`() {
        let secrets = [[1, 2, 3], [1, 2, 4], [1, 2], [1, 2, 3]].map { SecretBytes(copying: $0.span) }
        #expect(secrets[0] == secrets[3] && secrets[0].hashValue == secrets[3].hashValue)
        #expect(secrets[0] != secrets[1] && secrets[0] != secrets[2])
    }

    @Test func `what is wiped is zero`() {
        var bytes = [UInt8](repeating: 7, count: 100)
        unsafe bytes.withUnsafeMutableBytes {
            unsafe SecretBytes.wipe(UnsafeMutableRawBufferPointer(rebasing: $0[10..<90]))
        }
        #expect(
            bytes == [UInt8](repeating: 7, count: 10) + [UInt8](repeating: 0, count: 80)
                + [UInt8](repeating: 7, count: 10))
        unsafe SecretBytes.wipe(UnsafeMutableRawBufferPointer(start: nil, count: 0))
    }
}
