import Testing

@testable import Runtime

@Suite struct BufferPoolTests {
    @Test func `a buffer that was given back is taken again, empty`() {
        let pool = BufferPool()
        let first = pool.take(capacity: 3000)
        first.append("secret of another connection")
        pool.give(first)
        let second = pool.take(capacity: 4096)
        #expect(second === first)
        #expect(second.isEmpty)
    }

    @Test func `a buffer is taken from its own size only`() {
        let pool = BufferPool()
        let small = pool.take(capacity: 1024)
        pool.give(small)
        let large = pool.take(capacity: 1025)
        #expect(large !== small)
        #expect(large.capacity == 2048)
    }

    @Test func `two takers never hold the same buffer`() {
        let pool = BufferPool()
        pool.give(pool.take(capacity: 1024))
        #expect(pool.take(capacity: 1024) !== pool.take(capacity: 1024))
    }

    @Test func `the pool keeps no more bytes than its limit`() {
        let pool = BufferPool()
        let size = 128 << 10
        let count = BufferPool.keptBytesLimit / size + 10
        let all = (0..<count).map { _ in pool.take(capacity: size) }
        for buffer in all { pool.give(buffer) }
        #expect(pool.keptBytes == BufferPool.keptBytesLimit)
        let again = (0..<count).map { _ in pool.take(capacity: size) }
        #expect(pool.keptBytes == 0)
        let known = Set(all.map { ObjectIdentifier($0) })
        #expect(again.filter { known.contains(ObjectIdentifier($0)) }.count == count - 10)
    }

    @Test func `a buffer beyond the largest size is not kept`() {
        let pool = BufferPool()
        pool.give(pool.take(capacity: 256 << 10))
        #expect(pool.keptBytes == 0)
    }
}
