@testable import Configuration
import Testing

@Suite
struct SpellingTests {
    private func distance(_ left: String, _ right: String) -> Int {
        Spelling.distance(Array(left.unicodeScalars), Array(right.unicodeScalars))
    }

    @Test
    func `the distance counts insertions, deletions, replacements and swaps`() {
        #expect(distance("", "") == 0)
        #expect(distance("head", "head") == 0)
        #expect(distance("head", "heads") == 1)
        #expect(distance("head", "hed") == 1)
        #expect(distance("head", "heat") == 1)
        #expect(distance("head", "haed") == 1)
        #expect(distance("", "head") == 4)
        #expect(distance("kitten", "sitting") == 3)
    }

    @Test
    func `only what is near is suggested`() {
        #expect(Spelling.nearest(to: "timeout", among: ["timeouts", "routes"]) == "timeouts")
        #expect(Spelling.nearest(to: "TIMEOUTS", among: ["timeouts", "routes"]) == "timeouts")
        #expect(Spelling.nearest(to: "ports", among: ["timeouts", "limits"]) == nil)
        #expect(Spelling.nearest(to: "", among: ["a"]) == nil)
        #expect(Spelling.nearest(to: "a", among: []) == nil)
        #expect(Spelling.nearest(to: String(repeating: "a", count: 49), among: ["a"]) == nil)
    }

    @Test
    func `words are listed as one says them`() {
        #expect(Spelling.alternatives([]).isEmpty)
        #expect(Spelling.alternatives(["a"]) == "a")
        #expect(Spelling.alternatives(["a", "b"]) == "a or b")
        #expect(Spelling.alternatives(["a", "b", "c"]) == "a, b or c")
    }

    @Test
    func `times and sizes are written as they are read`() throws {
        for text in ["1ms", "10s", "1m30s", "8h", "1d", "7d1h1m1s1ms"] {
            #expect(DurationText.write(try DurationText.read(text)) == text)
        }
        #expect(DurationText.write(.zero) == "0s")
        #expect(DurationText.write(.seconds(3600)) == "1h")
        #expect(SizeText.write(0) == "0")
        #expect(SizeText.write(1500) == "1500")
        #expect(SizeText.write(4 << 10) == "4KiB")
        #expect(SizeText.write(3 << 30) == "3GiB")
    }
}
