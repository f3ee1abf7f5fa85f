/// Bytes on their way: written at the end, read at the front. Thread-confined; taken from a `BufferPool`.
///
/// It grows by doubling when an append does not fit; who appends what a peer sent checks its own limit first.
@safe
public final class ByteBuffer {
    private var storage: UnsafeMutablePointer<UInt8>
    /// How many bytes the storage holds without growing.
    public private(set) var capacity: Int
    /// Where reading goes on.
    public private(set) var readIndex = 0
    /// Where writing goes on.
    public private(set) var writeIndex = 0

    /// An empty buffer of at least `capacity` bytes, rounded up to a power of two from 1 KiB.
    public init(capacity: Int) {
        self.capacity = Self.size(for: capacity)
        unsafe storage = .allocate(capacity: self.capacity)
    }

    deinit {
        unsafe storage.deallocate()
    }

    /// The storage size that holds `capacity` bytes: a power of two, at least 1 KiB.
    static func size(for capacity: Int) -> Int {
        var size = 1024
        while size < capacity { size &*= 2 }
        return size
    }

    /// How many bytes wait to be read.
    public var count: Int { writeIndex &- readIndex }

    /// Whether nothing waits to be read.
    public var isEmpty: Bool { readIndex == writeIndex }

    /// The bytes that wait to be read. Valid until the buffer is next changed.
    public var readable: Span<UInt8> {
        @_lifetime(borrow self)
        get {
            let span = unsafe Span(_unsafeStart: UnsafePointer(storage + readIndex), count: count)
            return unsafe _overrideLifetime(span, borrowing: self)
        }
    }

    /// Calls `body` with the bytes that wait to be read.
    public func withReadableBytes<Result>(_ body: (UnsafeRawBufferPointer) -> Result) -> Result {
        unsafe body(UnsafeRawBufferPointer(start: storage + readIndex, count: count))
    }

    /// Makes room for `minimum` bytes and lets `body` write into it; `body` returns how many it wrote.
    public func withWritableBytes(minimum: Int, _ body: (UnsafeMutableRawBufferPointer) -> Int) {
        reserve(minimum)
        let written = unsafe body(
            UnsafeMutableRawBufferPointer(start: storage + writeIndex, count: capacity &- writeIndex))
        precondition(
            written >= 0 && written <= capacity &- writeIndex, "wrote beyond the room that was given")
        writeIndex &+= written
    }

    /// Forgets all bytes, keeps the storage.
    public func clear() {
        readIndex = 0
        writeIndex = 0
    }

    /// Forgets the first `count` of the bytes that wait; more than there are is all of them.
    public func consume(_ count: Int) {
        precondition(count >= 0, "a count is never negative")
        readIndex &+= min(count, self.count)
        if readIndex == writeIndex { clear() }
    }

    /// Forgets the last bytes, so that `count` are left to read.
    public func truncate(to count: Int) {
        precondition(count >= 0 && count <= self.count, "truncation never lengthens")
        writeIndex = readIndex &+ count
    }

    /// Appends the bytes of `bytes`.
    public func append(_ bytes: Span<UInt8>) {
        unsafe bytes.withUnsafeBytes { unsafe append($0) }
    }

    /// Appends the bytes of `bytes`.
    public func append(_ bytes: UnsafeRawBufferPointer) {
        guard let base = bytes.baseAddress, bytes.count > 0 else { return }
        reserve(bytes.count)
        unsafe UnsafeMutableRawPointer(storage + writeIndex).copyMemory(from: base, byteCount: bytes.count)
        writeIndex &+= bytes.count
    }

    /// Appends a text known at compile time.
    public func append(_ text: StaticString) {
        unsafe append(UnsafeRawBufferPointer(start: text.utf8Start, count: text.utf8CodeUnitCount))
    }

    /// Appends the bytes of an array.
    public func append(_ bytes: [UInt8]) {
        append(bytes.span)
    }

    /// Appends one byte.
    public func append(byte: UInt8) {
        reserve(1)
        unsafe storage[writeIndex] = byte
        writeIndex &+= 1
    }

    /// Appends a number in decimal digits.
    public func append(decimal value: UInt64) {
        reserve(20)
        var digits = 1
        var bound: UInt64 = 10
        while digits < 20, value >= bound {
            digits &+= 1
            let (next, overflow) = bound.multipliedReportingOverflow(by: 10)
            if overflow { break }
            bound = next
        }
        var rest = value
        var index = writeIndex &+ digits
        writeIndex = index
        for _ in 0..<digits {
            index &-= 1
            unsafe storage[index] = 0x30 &+ UInt8(truncatingIfNeeded: rest % 10)
            rest /= 10
        }
    }

    /// Appends a number in decimal digits; a negative one counts as zero.
    public func append(decimal value: Int) {
        append(decimal: UInt64(clamping: value))
    }

    /// Appends a number in lower-case hexadecimal digits, padded with zeros to `width` digits (at most 16).
    public func append(hexadecimal value: UInt64, width: Int = 1) {
        reserve(16)
        let significant = (64 &- value.leadingZeroBitCount &+ 3) / 4
        let digits = max(1, min(16, max(width, significant)))
        for digit in stride(from: digits - 1, through: 0, by: -1) {
            let nibble = UInt8(truncatingIfNeeded: value >> UInt64(digit &* 4)) & 15
            unsafe storage[writeIndex] = nibble < 10 ? 0x30 &+ nibble : 0x57 &+ nibble
            writeIndex &+= 1
        }
    }

    /// Makes room for `count` more bytes: moves what waits to the front, or doubles the storage.
    public func reserve(_ count: Int) {
        if _fastPath(capacity &- writeIndex >= count) { return }
        let waiting = self.count
        if readIndex > 0, capacity &- waiting >= count {
            unsafe storage.update(from: storage + readIndex, count: waiting)
        } else {
            let size = Self.size(for: waiting + count)
            let larger = UnsafeMutablePointer<UInt8>.allocate(capacity: size)
            unsafe larger.update(from: storage + readIndex, count: waiting)
            unsafe storage.deallocate()
            unsafe storage = larger
            capacity = size
        }
        readIndex = 0
        writeIndex = waiting
    }
}
