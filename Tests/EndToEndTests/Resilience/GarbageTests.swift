internal import Platform
internal import TestSupport
internal import Testing

/// What is no TLS and no PROXY protocol. The gateway lives on, and serves others meanwhile.
@Suite(.logOnFailure)
struct GarbageTests {
    /// Throws one piece of garbage after another at a listener; each has to come to its end soon after we fall silent.
    private func pelt(
        _ stage: ResilienceStage, _ garbage: [[UInt8]], until deadline: Deadline = Deadline(in: .seconds(30))
    ) throws {
        let crowd = try Crowd(of: stage.gateway.endpoints[0], secure: false)
        let throwers = garbage.map { crowd.add(Thrower(of: crowd, $0)) }
        let areOver = try crowd.live(until: deadline) {
            throwers.last?.ending != nil && throwers.allSatisfy { $0.ending != nil }
        }
        let left = throwers.indices.filter { throwers[$0].ending == nil }
        #expect(
            areOver,
            "the gateway still listens to \(left.count), such as \(garbage[left.first ?? 0].readable)")
        #expect(stage.gateway.isRunning)
    }

    private func expectService(_ stage: ResilienceStage, secure: Bool = true, preface: [UInt8] = []) throws {
        let crowd = try Crowd(of: stage.gateway.endpoints[0], secure: secure)
        let client = crowd.add(BusyClient(of: crowd, preface: preface, pause: .zero))
        #expect(try crowd.live { client.diary.statuses.count > 3 || client.ending != nil })
        #expect(client.diary.isSpotless, "\(client.diary)")
    }

    private func randomBytes(_ count: Int, _ generator: inout some RandomNumberGenerator) -> [UInt8] {
        (0..<count).map { _ in UInt8.random(in: 0...255, using: &generator) }
    }

    @Test func `random bytes for TLS end only their own connection`() throws {
        var generator = Dice(seed: 8446)
        var garbage = (0..<200).map { randomBytes($0 * 7 + 1, &generator) }
        // Those that look like a record get further than others.
        garbage += (0..<200).map { [22, 3, UInt8($0 % 4), 0, UInt8($0)] + randomBytes($0, &generator) }
        try withResilienceStage(services: 1) { stage in
            try pelt(stage, garbage)
            try expectService(stage)
        }
    }

    @Test func `a hello that is cut off anywhere ends only its own connection`() throws {
        let hello = try HelloCapture.hello()
        try withResilienceStage(services: 1) { stage in
            try pelt(stage, hello.indices.map { Array(hello[..<$0]) })
            try expectService(stage)
        }
    }

    @Test func `a hello with any byte changed ends only its own connection`() throws {
        let hello = try HelloCapture.hello()
        var generator = Dice(seed: 6066)
        try withResilienceStage(services: 1) { stage in
            let changed = hello.indices.map { index in
                var copy = hello
                copy[index] ^= UInt8.random(in: 1...255, using: &generator)
                return copy
            }
            try pelt(stage, changed)
            try expectService(stage)
        }
    }

    @Test func `a hello in two pieces, wherever it is split, is understood`() throws {
        let hello = try HelloCapture.hello()
        try withResilienceStage(services: 1) { stage in
            let crowd = try Crowd(of: stage.gateway.endpoints[0], secure: false)
            let speakers = hello.indices.dropFirst().map { crowd.add(SplitSpeaker(of: crowd, hello, at: $0)) }
            #expect(try crowd.live(until: Deadline(in: .seconds(30))) { speakers.allSatisfy(\.isOver) })
            let misunderstood = speakers.filter { !$0.hasServerHello }
            #expect(misunderstood.map(\.place) == [])
        }
    }

    @Test func `huge and endless records are refused`() throws {
        let record: (UInt8, Int, Int) -> [UInt8] = { kind, announced, count in
            [kind, 3, 1, UInt8(announced >> 8), UInt8(announced & 0xFF)] + [UInt8](repeating: 1, count: count)
        }
        // A hello of 16 MiB in records of 16 KiB: [type 1, length 0xFFFFFF].
        let first = [22, 3, 1, 0x40, 0] + [1, 0xFF, 0xFF, 0xFF] + [UInt8](repeating: 3, count: 16380)
        let rest = Array(repeatElement(record(22, 16384, 16384), count: 64).joined())
        let garbage = [
            record(22, 65535, 65535), record(22, 65535, 10), record(22, 18433, 18433),
            record(23, 16384, 16384),
            record(22, 0, 0) + record(22, 0, 0), Array(repeatElement(record(22, 0, 0), count: 5000).joined()),
            Array(repeatElement(record(21, 2, 2), count: 5000).joined()),
            Array(repeatElement(record(20, 1, 1), count: 5000).joined()), first + rest,
        ]
        try withResilienceStage(services: 1) { stage in
            let before = stage.gateway.residentBytes
            try pelt(stage, garbage)
            try expectService(stage)
            #expect(stage.gateway.residentBytes - before < Sanitizer.memory(16 << 20))
        }
    }

    @Test func `what is no PROXY header ends only its own connection`() throws {
        let text = Array("PROXY TCP4 192.0.2.9 192.0.2.1 4711 443\r\n".utf8)
        let binary = ProxyHeader.binary(from: [192, 0, 2, 9])
        var generator = Dice(seed: 2)
        var garbage = [text, binary].flatMap { header in header.indices.map { Array(header[..<$0]) } }
        garbage += binary.indices.map { index in
            var copy = binary
            copy[index] ^= UInt8.random(in: 1...255, using: &generator)
            return copy
        }
        garbage += (0..<100).map { randomBytes($0 * 11 + 1, &generator) }
        garbage += (0..<100).map { Array(binary.prefix(13)) + randomBytes($0 * 700, &generator) }
        garbage.append(Array("PROXY ".utf8) + [UInt8](repeating: UInt8(ascii: "x"), count: 100_000))
        garbage.append(Array(binary.prefix(14)) + [0xFF, 0xFF] + [UInt8](repeating: 0, count: 65_535))
        let listener = ["proxy-protocol": "{ from: [\"127.0.0.0/8\"] }"]
        try withResilienceStage(services: 1, mode: "plain", listener: listener) { stage in
            try pelt(stage, garbage)
            try expectService(stage, secure: false, preface: text)
            try expectService(stage, secure: false, preface: binary)
        }
    }
}
