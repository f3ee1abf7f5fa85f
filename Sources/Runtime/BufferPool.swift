/// The spare buffers of one loop, by size, so that a request allocates none. Thread-confined.
public final class BufferPool {
    private static let smallest = 1024
    private static let classCount = 8
    /// How many bytes the pool keeps at most; what comes back beyond that is freed.
    public static let keptBytesLimit = 8 << 20

    private var classes: [[ByteBuffer]]
    private var keptBytes = 0

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
        return buffer
    }

    /// Takes a buffer back; nobody else may hold it.
    public func give(_ buffer: ByteBuffer) {
        let index = Self.index(of: buffer.capacity)
        guard index < Self.classCount, keptBytes &+ buffer.capacity <= Self.keptBytesLimit else { return }
        buffer.clear()
        keptBytes &+= buffer.capacity
        classes[index].append(buffer)
    }

    private static func index(of size: Int) -> Int {
        (size / smallest).trailingZeroBitCount
    }
}
