/// The spare buffers of one loop, by size, so that a request allocates none. Thread-confined.
///
/// Those of a size hang together by themselves, the last one given first: taking and giving counts no reference and
/// moves no array.
@safe
public final class BufferPool {
    private static let classCount = 8
    /// How many bytes the pool keeps at most; what comes back beyond that is freed.
    public static let keptBytesLimit = 8 << 20

    private var spares = unsafe InlineArray<8, Unmanaged<ByteBuffer>?>(repeating: nil)
    private(set) var keptBytes = 0

    /// An empty pool.
    public init() {}

    deinit {
        for index in 0..<Self.classCount {
            while let buffer = popSpare(index) { buffer.isSpare = false }
        }
    }

    /// An empty buffer of at least `capacity` bytes.
    public func take(capacity: Int) -> ByteBuffer {
        let index = Self.index(of: ByteBuffer.size(for: capacity))
        guard index < Self.classCount, let buffer = popSpare(index) else {
            return ByteBuffer(capacity: capacity)
        }
        keptBytes &-= buffer.capacity
        buffer.isSpare = false
        return buffer
    }

    /// Takes a buffer back; nobody else may hold it. One that is here already is left alone.
    public func give(_ buffer: consuming ByteBuffer) {
        assert(!buffer.isSpare, "a buffer is given back once")
        guard !buffer.isSpare else { return }
        let index = Self.index(of: buffer.capacity)
        guard index < Self.classCount, keptBytes &+ buffer.capacity <= Self.keptBytesLimit else { return }
        buffer.clear()
        buffer.isSpare = true
        keptBytes &+= buffer.capacity
        unsafe buffer.nextSpare = unsafe spares[index]
        // Last, so that the reference that was given is the one that is kept.
        unsafe spares[index] = Unmanaged.passRetained(consume buffer)
    }

    private func popSpare(_ index: Int) -> ByteBuffer? {
        guard let first = unsafe spares[index] else { return nil }
        let buffer = unsafe first.takeRetainedValue()
        unsafe spares[index] = unsafe buffer.nextSpare
        unsafe buffer.nextSpare = nil
        return buffer
    }

    private static func index(of size: Int) -> Int {
        (size / ByteBuffer.smallestBytes).trailingZeroBitCount
    }
}
