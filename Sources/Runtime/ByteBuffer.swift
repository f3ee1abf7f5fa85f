/// Bytes on their way: written at the end, read at the front. Thread-confined; taken from a `BufferPool`.
///
/// It grows by doubling when an append does not fit; who appends what a peer sent checks its own limit first.
/// What is used for each request is inlinable: the modules above append many small pieces.
@safe
public final class ByteBuffer {
    /// The smallest storage, in bytes; all sizes are this times a power of two.
    static let smallestBytes = 1 << 10
    /// The largest storage, in bytes: whoever comes here has lost a limit on the way.
    static let largestBytes = 1 << 40

    @usableFromInline var storage: UnsafeMutablePointer<UInt8>
    @usableFromInline var size: Int
    @usableFromInline var start = 0
    @usableFromInline var end = 0
    /// Lies in a pool: what is given twice must not be taken twice.
    var isSpare = false
    /// The next one in the pool, which holds it.
    var nextSpare: Unmanaged<ByteBuffer>?

    /// An empty buffer of at least `capacity` bytes, rounded up to a power of two from 1 KiB.
    public init(capacity: Int) {
        size = Self.size(for: capacity)
        unsafe storage = .allocate(capacity: size)
    }

    deinit {
        unsafe storage.deallocate()
    }

    /// The storage size that holds `capacity` bytes: a power of two, at least 1 KiB.
    static func size(for capacity: Int) -> Int {
        precondition(capacity <= largestBytes, "a buffer has a limit")
        guard capacity > smallestBytes else { return smallestBytes }
        return 1 << (Int.bitWidth &- (capacity &- 1).leadingZeroBitCount)
    }

    /// How many bytes the storage holds without growing.
    @inlinable public var capacity: Int { size }

    /// Where reading goes on.
    @inlinable public var readIndex: Int { start }

    /// Where writing goes on.
    @inlinable public var writeIndex: Int { end }

    /// How many bytes wait to be read.
    @inlinable public var count: Int { end &- start }

    /// Whether nothing waits to be read.
    @inlinable public var isEmpty: Bool { start == end }

    /// The bytes that wait to be read. Valid until the buffer is next changed.
    @inlinable
    public var readable: Span<UInt8> {
        @_lifetime(borrow self)
        get {
            let span = unsafe Span(_unsafeStart: UnsafePointer(storage + start), count: count)
            return unsafe _overrideLifetime(span, borrowing: self)
        }
    }

    /// A copy of the bytes that wait to be read.
    public var copied: [UInt8] {
        unsafe withReadableBytes { unsafe [UInt8]($0) }
    }

    /// Calls `body` with the bytes that wait to be read.
    @inlinable
    public func withReadableBytes<Result>(_ body: (UnsafeRawBufferPointer) -> Result) -> Result {
        unsafe body(UnsafeRawBufferPointer(start: storage + start, count: count))
    }

    /// Makes room for `minimum` bytes and lets `body` write into it; `body` returns how many it wrote.
    @inlinable
    public func withWritableBytes(minimum: Int, _ body: (UnsafeMutableRawBufferPointer) -> Int) {
        reserve(minimum)
        let room = size &- end
        let written = unsafe body(UnsafeMutableRawBufferPointer(start: storage + end, count: room))
        precondition(written >= 0 && written <= room, "wrote beyond the room that was given")
        end &+= written
    }

    /// Forgets all bytes, keeps the storage.
    @inlinable
    public func clear() {
        start = 0
        end = 0
    }

    /// Forgets the first `count` of the bytes that wait; more than there are is all of them.
    @inlinable
    public func consume(_ count: Int) {
        precondition(count >= 0, "a count is never negative")
        start &+= min(count, self.count)
        if start == end { clear() }
    }

    /// Forgets the last bytes, so that `count` are left to read.
    @inlinable
    public func truncate(to count: Int) {
        precondition(count >= 0 && count <= self.count, "truncation never lengthens")
        end = start &+ count
    }

    /// Makes room for `count` more bytes: moves what waits to the front, or takes a larger storage.
    @inlinable
    public func reserve(_ count: Int) {
        if _slowPath(size &- end < count) { makeRoom(for: count) }
    }

    /// Moves only what fills at most three quarters of the storage, so that a slow reader's bytes are moved
    /// a constant number of times each, however small the pieces are that come and go.
    @usableFromInline
    func makeRoom(for count: Int) {
        let waiting = self.count
        if size &- waiting >= count, waiting <= size / 4 &* 3 {
            unsafe storage.update(from: storage + start, count: waiting)
        } else {
            size = Self.size(for: max(waiting + count, size + 1))
            let larger = UnsafeMutablePointer<UInt8>.allocate(capacity: size)
            unsafe larger.update(from: storage + start, count: waiting)
            unsafe storage.deallocate()
            unsafe storage = larger
        }
        start = 0
        end = waiting
    }
}
