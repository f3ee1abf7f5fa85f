import Affinity
import Platform
import TestSupport
import Testing

@Suite struct AssociationDataTests {
    private func sample(pins count: Int) -> AssociationData {
        var pins = PinSet()
        for number in 0..<UInt64(count) {
            pins.put(
                pin(
                    InstanceKey(rawValue: .max - number), at: ServiceKey(rawValue: number + 1),
                    generation: UInt32(number) + 0xffff_fff0, origin: 0xffff_ffff_fff0 + number,
                    reason: .ownerDown))
        }
        return AssociationData(
            lineage: .sample(5), origin: WallTime(seconds: 1_790_000_000), epoch: 3, policyHash: .max,
            virtualHostHash: 0x0102_0304_0506_0708, generation: 9, pins: pins)
    }

    private func encoded(_ data: AssociationData) throws -> [UInt8] {
        try [UInt8](capacity: AssociationData.maximumBytes) { output throws(AffinityError) in
            try data.encode(into: &output)
        }
    }

    private func decoded(_ bytes: [UInt8]) throws(AffinityError) -> AssociationData {
        try AssociationData(decoding: bytes.span)
    }

    @Test(arguments: 0...4)
    func `what is written is read again`(pins: Int) throws {
        let data = sample(pins: pins)
        let bytes = try encoded(data)
        #expect(bytes.count == data.encodedBytes)
        #expect(try decoded(bytes) == data)
    }

    @Test func `it is small`() {
        #expect(sample(pins: 1).encodedBytes == 75)
        #expect(AssociationData.maximumBytes == 156)
    }

    @Test func `every cut is refused`() throws {
        let bytes = try encoded(sample(pins: 4))
        for count in 0..<bytes.count {
            #expect(throws: AffinityError.truncated) {
                try decoded(Array(bytes.prefix(count)))
            }
        }
    }

    @Test func `a byte after the end is refused`() throws {
        let bytes = try encoded(sample(pins: 1)) + [0]
        #expect(throws: AffinityError.trailingBytes) { try decoded(bytes) }
    }

    @Test func `an unknown version is refused`() throws {
        var bytes = try encoded(sample(pins: 1))
        bytes[0] = 2
        #expect(throws: AffinityError.unknownVersion(2)) { try decoded(bytes) }
    }

    @Test func `more pins than there is room for are refused`() throws {
        var bytes = try encoded(sample(pins: 4)) + [UInt8](repeating: 0, count: 27)
        bytes[1] = 5
        #expect(throws: AffinityError.tooManyPins(5)) { try decoded(bytes) }
    }

    @Test func `two pins for one service are refused`() throws {
        var bytes = try encoded(sample(pins: 2))
        for offset in 0..<8 { bytes[48 + 27 + offset] = bytes[48 + offset] }
        #expect(throws: AffinityError.repeatedService) { try decoded(bytes) }
    }

    @Test func `an unknown reason is refused`() throws {
        var bytes = try encoded(sample(pins: 1))
        bytes[bytes.count - 1] = 11
        #expect(throws: AffinityError.unknownReason(11)) { try decoded(bytes) }
    }

    @Test func `without room nothing is written`() {
        let data = sample(pins: 2)
        let bytes = [UInt8](capacity: data.encodedBytes - 1) { output in
            #expect(throws: AffinityError.noRoom) { try data.encode(into: &output) }
        }
        #expect(bytes.isEmpty)
    }

    @Test func `whatever is read was what would be written`() throws {
        var source = Mixer(state: 1)
        var accepted = 0
        for _ in 0..<20_000 {
            var bytes = try encoded(sample(pins: Int.random(in: 0...4, using: &source)))
            for _ in 0..<3 {
                bytes[Int.random(in: 0..<bytes.count, using: &source)] = UInt8.random(
                    in: 0...255, using: &source)
            }
            guard let data = try? decoded(bytes) else { continue }
            accepted += 1
            #expect(try encoded(data) == bytes)
        }
        #expect(accepted > 0)
    }
}
