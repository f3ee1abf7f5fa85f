/// The spare buffers of one loop, by size, so that a request allocates none. Thread-confined.
public final class BufferPool {
    private static let classCount = 8
    /// How many bytes the pool keeps at most; what comes back beyond that is freed.
    public static let keptBytesLimit = 8 << 20

    private var classes: [[ByteBuffer]]
    private(set) var keptBytes = 0

    /// An empty pool.
    public init() {
        classes = Array(repeating: [], count: Self.classCount)
    }

    /// An empty buffer of at least `capacity` bytes.
    public func take(capacity: Int) -> ByteBuffer {
        let index = Self.index(of: ByteBuffer.size(for: capacity))
        guard index < Self.classCount, let buffer = classes[index].popLast() else {
            return ByteBuffer(capacity: capacity)
        }
        keptBytes &-= buffer.capacity
        buffer.isSpare = false
        return buffer
    }

    /// Takes a buffer back; nobody else may hold it. One that is here already is left alone.
    public func give(_ buffer: ByteBuffer) {
        assert(!buffer.isSpare, "a buffer is given back once")
        guard !buffer.isSpare else { return }
        let index = Self.index(of: buffer.capacity)
        guard index < Self.classCount, keptBytes &+ buffer.capacity <= Self.keptBytesLimit else { return }
        buffer.clear()
        buffer.isSpare = true
        keptBytes &+= buffer.capacity
        classes[index].append(buffer)
    }

    private static func index(of size: Int) -> Int {
        (size / ByteBuffer.smallestBytes).trailingZeroBitCount
    }
}
