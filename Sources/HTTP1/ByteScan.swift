/// Searches that look at eight bytes at a time. All unchecked loads of this module's parsers are here.
enum ByteScan {
    private static let ones: UInt64 = 0x0101_0101_0101_0101
    private static let tops: UInt64 = 0x8080_8080_8080_8080

    /// The eight bytes at `index` as a number, the first one lowest.
    ///
    /// - Safety: `index` is not negative, and `index + 8` is not beyond `bytes`.
    @unsafe
    @inline(__always)
    private static func load(_ bytes: Span<UInt8>, at index: Int) -> UInt64 {
        unsafe UInt64(
            littleEndian: bytes.bytes.unsafeLoadUnaligned(fromUncheckedByteOffset: index, as: UInt64.self))
    }

    /// The byte at `index`.
    ///
    /// - Safety: `index` is within `bytes`.
    @unsafe
    @inline(__always)
    private static func byte(_ bytes: Span<UInt8>, at index: Int) -> UInt8 {
        unsafe bytes[unchecked: index]
    }

    /// The eight bytes at `index` as a number, the first one lowest; nil if there are fewer before `end`.
    @inline(__always)
    static func word(_ bytes: Span<UInt8>, at index: Int, end: Int) -> UInt64? {
        guard index >= 0, end <= bytes.count, index &+ 8 <= end else { return nil }
        return unsafe load(bytes, at: index)
    }

    /// The eight bytes of a literal as `word` yields them.
    @inline(__always)
    static func word(_ literal: StaticString) -> UInt64 {
        precondition(literal.utf8CodeUnitCount == 8, "a word has eight bytes")
        return unsafe UInt64(littleEndian: UnsafeRawPointer(literal.utf8Start).loadUnaligned(as: UInt64.self))
    }

    /// The first index in `start..<end` whose byte is a control character, HTAB included; else `end`.
    @inline(__always)
    static func firstControl(in bytes: Span<UInt8>, from start: Int, to end: Int) -> Int {
        precondition(start >= 0 && end <= bytes.count, "a search beyond the bytes")
        var index = start
        while true {
            while index &+ 16 <= end {
                let hits = unsafe controls(load(bytes, at: index)) | controls(load(bytes, at: index &+ 8))
                if hits != 0 { break }
                index &+= 16
            }
            while index &+ 8 <= end {
                let hits = unsafe controls(load(bytes, at: index))
                if hits != 0 {
                    index &+= hits.trailingZeroBitCount &>> 3
                    break
                }
                index &+= 8
            }
            guard index < end else { return end }
            let found = unsafe byte(bytes, at: index)
            if found < 0x20 || found == 0x7f { return index }
            index &+= 1
        }
    }

    /// The top bits of those bytes of `word` that are below 0x20, 0x7f or above ASCII. Only the lowest set
    /// bit can be relied on: a borrow or carry comes only from a byte that is a hit itself.
    @inline(__always)
    private static func controls(_ word: UInt64) -> UInt64 {
        ((word &- ones &* 0x20) | (word &+ ones) | word) & tops
    }

    /// The first index in `start..<end` whose byte is `wanted`; else `end`.
    @inline(__always)
    static func first(_ wanted: UInt8, in bytes: Span<UInt8>, from start: Int, to end: Int) -> Int {
        precondition(start >= 0 && end <= bytes.count, "a search beyond the bytes")
        var index = start
        let pattern = ones &* UInt64(wanted)
        while index &+ 8 <= end {
            let difference = unsafe load(bytes, at: index) ^ pattern
            let hits = (difference &- ones) & ~difference & tops
            if hits != 0 { return index &+ hits.trailingZeroBitCount &>> 3 }
            index &+= 8
        }
        while index < end, unsafe byte(bytes, at: index) != wanted {
            index &+= 1
        }
        return index
    }

    /// The first index in `start..<end` whose byte is not of `expected`; else `end`. `seen` gathers the
    /// classes met.
    @inline(__always)
    static func firstOutside(
        _ expected: CharacterClass, in bytes: Span<UInt8>, from start: Int, to end: Int,
        seen: inout CharacterClass
    ) -> Int {
        precondition(start >= 0 && end <= bytes.count, "a search beyond the bytes")
        var index = start
        var met = seen
        while index < end {
            let found = CharacterClass(of: unsafe byte(bytes, at: index))
            if found.isDisjoint(with: expected) { break }
            met.formUnion(found)
            index &+= 1
        }
        seen = met
        return index
    }

    /// The first index in `start..<end` whose byte may not stand in a token; else `end`. `seen` gathers the
    /// classes of the bytes that are neither letters nor hyphens.
    @inline(__always)
    static func firstOutsideToken(
        in bytes: Span<UInt8>, from start: Int, to end: Int, seen: inout CharacterClass
    ) -> Int {
        precondition(start >= 0 && end <= bytes.count, "a search beyond the bytes")
        var index = start
        while true {
            while index &+ 8 <= end {
                let hits = unsafe nonLetters(load(bytes, at: index))
                if hits != 0 {
                    index &+= hits.trailingZeroBitCount &>> 3
                    break
                }
                index &+= 8
            }
            guard index < end else { return index }
            let found = CharacterClass(of: unsafe byte(bytes, at: index))
            if !found.contains(.token) { return index }
            seen.formUnion(found)
            index &+= 1
        }
    }

    /// The top bits of those bytes of `word` that are neither letters nor hyphens. Only the lowest set bit
    /// can be relied on: a byte above ASCII, a hit itself, disturbs those after it.
    @inline(__always)
    private static func nonLetters(_ word: UInt64) -> UInt64 {
        let lower = word | ones &* 0x20
        let belowA = ~(lower &+ ones &* (0x80 - 0x61))
        let aboveZ = lower &+ ones &* (0x80 - 0x7b)
        let notHyphen = (word ^ ones &* 0x2d) &+ ones &* 0x7f
        return ((belowA | aboveZ) & notHyphen | word) & tops
    }

    /// Whether both spans hold the same bytes.
    static func equal(_ left: Span<UInt8>, _ right: Span<UInt8>) -> Bool {
        guard left.count == right.count else { return false }
        for index in left.indices where left[index] != right[index] {
            return false
        }
        return true
    }

    /// Whether both spans hold the same letters, digits and hyphens in any mixture of case.
    static func equalFolded(_ left: Span<UInt8>, _ right: Span<UInt8>) -> Bool {
        guard left.count == right.count else { return false }
        for index in left.indices where left[index] | 0x20 != right[index] | 0x20 {
            return false
        }
        return true
    }
}
