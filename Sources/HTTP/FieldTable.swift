/// The field lines of one message in the order of their arrival. Its storage is kept from message to message
/// and grows, doubling, up to the limit; so a connection that sends small heads never pays for large ones.
@safe
public struct FieldTable: ~Copyable {
    /// The greatest number of lines.
    public let limit: Int
    /// The number of lines.
    @inlinable
    public var count: Int { used }

    @usableFromInline var used = 0
    @usableFromInline private(set) var capacity = 0
    @usableFromInline private(set) var storage: UnsafeMutablePointer<FieldLine>?

    /// An empty table that takes at most `limit` lines. It holds no storage until the first one comes.
    public init(limit: Int) {
        self.limit = max(0, limit)
        unsafe storage = nil
    }

    deinit {
        unsafe storage?.deallocate()
    }

    /// The line at `index`, which must be below `count`.
    @inlinable
    public subscript(index: Int) -> FieldLine {
        precondition(index >= 0 && index < count, "a field line beyond the table's end")
        guard let storage = unsafe storage else { preconditionFailure("a table with lines has storage") }
        return unsafe storage[index]
    }

    /// All lines in their order.
    public var lines: Span<FieldLine> {
        @_lifetime(borrow self)
        borrowing get {
            guard let storage = unsafe storage else { return Span() }
            let span = unsafe Span(_unsafeStart: storage, count: count)
            return unsafe _overrideLifetime(span, borrowing: self)
        }
    }

    /// Adds `line`; false, and nothing changes, when the table is full.
    @inlinable
    public mutating func append(_ line: FieldLine) -> Bool {
        if count == capacity {
            guard grow() else { return false }
        }
        guard let storage = unsafe storage else { return false }
        unsafe (storage + count).initialize(to: line)
        used &+= 1
        return true
    }

    /// Forgets all lines and keeps the storage.
    public mutating func removeAll() {
        used = 0
    }

    /// Marks the line at `index` as one that ends at this gateway.
    public mutating func drop(at index: Int) {
        precondition(index >= 0 && index < count, "a field line beyond the table's end")
        unsafe storage?[index].isDropped = true
    }

    /// The index of the first line of `kind` at or after `start`.
    @inlinable
    public func firstIndex(of kind: FieldKind, from start: Int = 0) -> Int? {
        var index = max(0, start)
        while index < count {
            if self[index].kind == kind { return index }
            index &+= 1
        }
        return nil
    }

    /// Makes room for more lines; false at the limit.
    @usableFromInline
    mutating func grow() -> Bool {
        let wanted = min(limit, max(16, capacity &* 2))
        guard wanted > capacity else { return false }
        let larger = UnsafeMutablePointer<FieldLine>.allocate(capacity: wanted)
        if let storage = unsafe storage {
            unsafe larger.initialize(from: storage, count: count)
            unsafe storage.deallocate()
        }
        unsafe storage = larger
        capacity = wanted
        return true
    }
}
