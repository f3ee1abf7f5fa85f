import Foundation
import Runtime
import TestSupport
import Testing

@testable import Compression

/// Compressors, whose output is read by programs that have nothing of ours.
@Suite struct CompressorTests {
    private static let text = (0..<5000).map { "line \($0 * 7919 % 1000) of a text\n" }.joined()

    private static func compressed(
        _ pieces: [[UInt8]], by compressor: Compressor, flushes: Bool = false, finishes: Bool = true
    ) throws -> [UInt8] {
        let buffer = ByteBuffer(capacity: 64)
        for piece in pieces {
            try compressor.write(piece.span, into: buffer)
            if flushes { try compressor.flush(into: buffer) }
        }
        if finishes { try compressor.finish(into: buffer) }
        return buffer.copied
    }

    private static func pieces(of bytes: [UInt8], _ size: Int) -> [[UInt8]] {
        stride(from: 0, to: bytes.count, by: size).map { Array(bytes[$0..<min($0 + size, bytes.count)]) }
    }

    /// What `gzip` makes of it, and whether it was whole.
    private static func decompressed(_ bytes: [UInt8]) throws -> (text: String, isWhole: Bool) {
        let folder = try TemporaryFolder()
        try Data(bytes).write(to: URL(fileURLWithPath: folder.file("content.gz")))
        let said = try Command("gzip", ["-dc", folder.file("content.gz")])
        return (said.output, said.ending == .exited(0))
    }

    @Test(arguments: [1, 100, 65_536, 1 << 20])
    func `gzip reads what was written in pieces of any size`(size: Int) throws {
        let compressor = try #require(CompressorPool().take(.gzip))
        let bytes = try Self.compressed(Self.pieces(of: Array(Self.text.utf8), size), by: compressor)
        #expect(bytes.count < Self.text.utf8.count / 4)
        let found = try Self.decompressed(bytes)
        #expect(found.isWhole && found.text == Self.text)
    }

    @Test func `what was flushed can be read before the end`() throws {
        let compressor = try #require(CompressorPool().take(.gzip))
        let bytes = try Self.compressed(
            [Array("first\n".utf8), Array("second\n".utf8)], by: compressor, flushes: true, finishes: false)
        let found = try Self.decompressed(bytes)
        #expect(!found.isWhole && found.text == "first\nsecond\n")
    }

    @Test(arguments: ContentCoding.allCases)
    func `nothing at all has an end, too`(coding: ContentCoding) throws {
        let compressor = try #require(CompressorPool().take(coding))
        let bytes = try Self.compressed([[]], by: compressor)
        #expect(!bytes.isEmpty)
        if coding == .gzip { #expect(try Self.decompressed(bytes).isWhole) }
    }

    @Test(arguments: ContentCoding.allCases)
    func `a flush lets something out, and a second one nothing`(coding: ContentCoding) throws {
        let compressor = try #require(CompressorPool().take(coding))
        let buffer = ByteBuffer(capacity: 64)
        try compressor.write(Array("hello".utf8).span, into: buffer)
        #expect(compressor.hasUnflushed)
        try compressor.flush(into: buffer)
        let count = buffer.count
        #expect(count > 0 && !compressor.hasUnflushed)
        try compressor.flush(into: buffer)
        #expect(buffer.count == count)
    }

    @Test(arguments: ContentCoding.allCases)
    func `noise becomes hardly larger`(coding: ContentCoding) throws {
        var random = SystemRandomNumberGenerator()
        let noise = (0..<300_000).map { _ in UInt8.random(in: .min ... .max, using: &random) }
        let compressor = try #require(CompressorPool().take(coding))
        let bytes = try Self.compressed(Self.pieces(of: noise, 50_000), by: compressor)
        #expect(bytes.count > 299_000 && bytes.count < 301_000)
    }

    @Test func `a compressor that was given back in the middle begins anew`() throws {
        let pool = CompressorPool()
        let first = try #require(pool.take(.gzip))
        _ = try Self.compressed([Array(Self.text.utf8)], by: first, finishes: false)
        pool.give(first)
        let second = try #require(pool.take(.gzip))
        #expect(first === second)
        let found = try Self.decompressed(try Self.compressed([Array("new".utf8)], by: second))
        #expect(found.isWhole && found.text == "new")
    }

    @Test(arguments: ContentCoding.allCases)
    func `a pool has a limit`(coding: ContentCoding) throws {
        let pool = CompressorPool(limit: 2)
        let first = try #require(pool.take(coding))
        let second = try #require(pool.take(coding))
        #expect(pool.take(coding) == nil && pool.inUse == 2)
        pool.give(first)
        #expect(pool.take(coding) != nil)
        pool.give(second)
        #expect(pool.inUse == 1)
    }
}
