import Testing

@testable import TLS

/// When the buffers for records are given back.
@Suite struct RecordBufferTests {
    @Test(arguments: [
        (0x3000_0000 as UInt, false), (0x3000_00d0, false), (0x3000_00e0, true), (0x3000_0160, true),
        (0x3010_0050, false), (0x3010_0060, true), (0x3020_0010, false), (0x3020_0020, true),
        (0x3030_0000, false), (0x3030_0010, true), (0x3040_0000, true), (0x3050_0070, true),
        (0x1010_117f, false), (0x4000_0000, true),
    ])
    func `buffers are freed only by releases that look first whether a record was read in part`(
        version: UInt, isSafe: Bool
    ) {
        #expect(RecordBuffers.areFreedSafely(in: version) == isSafe)
    }
}
