/// Bytes that somebody lends for the time of one call, and what is left of them.
@safe
struct LentBytes {
    private var start: UnsafePointer<UInt8>?
    private(set) var count = 0

    init() {
        unsafe start = nil
    }

    /// - Safety: `end()` is called before the bytes go away.
    @unsafe
    mutating func begin(_ start: UnsafePointer<UInt8>?, count: Int) {
        unsafe self.start = start
        self.count = count
    }

    /// The first `wanted` bytes; there must be as many.
    mutating func take(_ wanted: Int) -> UnsafeRawBufferPointer {
        precondition(wanted <= count, "more bytes than were lent")
        let taken = unsafe UnsafeRawBufferPointer(start: start, count: wanted)
        unsafe start = start?.advanced(by: wanted)
        count &-= wanted
        return unsafe taken
    }

    mutating func end() {
        unsafe start = nil
        count = 0
    }
}
