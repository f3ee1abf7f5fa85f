import Platform
import Synchronization
import Testing

@testable import TLS

@Suite struct FreeListTests {
    @Test func `a block serves the next who needs one of its size, on the thread that freed it`() {
        let first = Block(bytes: 600)
        first?.free()
        let second = Block(bytes: 597)
        #expect(first?.address == second?.address)
        second?.free()
    }

    @Test(arguments: [1, 8, 24, 25, 40, 1032, 1033, 1096, 1097, 8200, 8201, 9224, 32776, 32777, 200_000])
    func `every size has its room, fresh or kept`(bytes: Int) throws {
        for _ in 0..<3 {
            let block = try #require(Block(bytes: bytes))
            block.fill(0xa5)
            #expect(block.isFilled)
            block.free()
        }
        let smaller = try #require(Block(bytes: max(1, bytes - 7)))
        let larger = try #require(Block(bytes: bytes + 9))
        smaller.fill(1)
        larger.fill(2)
        #expect(smaller.isFilled)
        smaller.free()
        larger.free()
    }

    @Test func `blocks in use never overlap`() throws {
        var random = SystemRandomNumberGenerator()
        var blocks: [Block] = []
        for turn in 0..<20_000 {
            if blocks.count > 200 || (turn % 3 == 2 && !blocks.isEmpty) {
                let block = blocks.remove(at: Int.random(in: blocks.indices, using: &random))
                try #require(block.isFilled)
                block.free()
            } else {
                let limit = turn % 50 == 0 ? 40_000 : 1500
                let block = try #require(Block(bytes: Int.random(in: 1...limit, using: &random)))
                block.fill(UInt8(truncatingIfNeeded: turn))
                blocks.append(block)
            }
        }
        for block in blocks { block.free() }
    }

    @Test func `a block that grows keeps its bytes`() throws {
        var block = try #require(Block(bytes: 50))
        block.fill(7)
        for bytes in [101, 1000, 5000, 40_000, 64] {
            block = try #require(block.resized(to: bytes))
            #expect(block.begins(with: 7, bytes: 50))
        }
        #expect(block.resized(to: 0) == nil)
        #expect(Block(bytes: 0) == nil)
    }

    @Test func `what a thread keeps has a limit, and ends with the thread`() throws {
        let threadLimit = 2 << 20
        try onThread {
            let blocks = stride(from: 16, through: 32_000, by: 16).compactMap { Block(bytes: $0) }
            for block in blocks { block.free() }
            #expect(FreeLists.heldBytes > threadLimit / 2)
            #expect(FreeLists.heldBytes <= threadLimit)
        }
        try onThread { #expect(FreeLists.heldBytes == 0) }
    }

    @Test func `a block may be freed by another thread than the one that took it`() throws {
        let place = Mutex<Block?>(nil)
        try onThread { place.withLock { $0 = Block(bytes: 3000) } }
        try onThread {
            let block = place.withLock { $0 }
            block?.fill(1)
            block?.free()
            let again = Block(bytes: 3000)
            #expect(block != nil && again?.address == block?.address)
            again?.free()
        }
    }

    private func onThread(_ body: @escaping @Sendable () -> Void) throws {
        try WorkerThread(name: "free-lists", body).join()
    }
}

/// A block of the lists by its address, which may cross threads.
private struct Block: Sendable, Equatable {
    let address: Int
    let bytes: Int
    private let mark = Mark()

    init?(bytes: Int) {
        guard let block = unsafe FreeLists.allocate(bytes) else { return nil }
        self.init(address: Int(bitPattern: block), bytes: bytes)
    }

    private init(address: Int, bytes: Int) {
        self.address = address
        self.bytes = bytes
    }

    /// All bytes have the value that `fill` wrote last.
    var isFilled: Bool { begins(with: mark.value.load(ordering: .relaxed), bytes: bytes) }

    func fill(_ value: UInt8) {
        mark.value.store(value, ordering: .relaxed)
        unsafe buffer.initializeMemory(as: UInt8.self, repeating: value)
    }

    func begins(with value: UInt8, bytes: Int) -> Bool {
        unsafe buffer.prefix(bytes).allSatisfy { $0 == value }
    }

    func resized(to bytes: Int) -> Block? {
        guard let block = unsafe FreeLists.resize(buffer.baseAddress, to: bytes) else { return nil }
        return Block(address: Int(bitPattern: block), bytes: bytes)
    }

    func free() {
        unsafe FreeLists.free(buffer.baseAddress)
    }

    private var buffer: UnsafeMutableRawBufferPointer {
        unsafe UnsafeMutableRawBufferPointer(
            start: UnsafeMutableRawPointer(bitPattern: address), count: bytes)
    }

    static func == (left: Block, right: Block) -> Bool { left.address == right.address }

    private final class Mark: Sendable {
        let value = Atomic<UInt8>(0)
    }
}
