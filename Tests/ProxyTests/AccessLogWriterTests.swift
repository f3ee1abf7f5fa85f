import Configuration
import Glibc
import Platform
import Testing

@testable import Proxy

@Suite struct AccessLogWriterTests {
    /// A path of its own in the temporary directory.
    private let path = "/tmp/limpet-test-\(SecureRandom.word())"
    private let piece = [UInt8](repeating: 0x61, count: 32 << 10)

    @Test func `what waits at the end is written`() throws {
        defer { SocketFile.remove(path) }
        let writer = try AccessLogWriter(.file(path))
        for _ in 0..<100 { writer.write(piece) }
        writer.end()
        var status = stat()
        #expect(unsafe stat(path, &status) == 0 && Int(status.st_size) == 100 * piece.count)
        #expect(writer.tally.lostPieces == 0)
    }

    @Test func `a reader that hangs keeps nobody for longer than a moment, and what it misses is counted`()
        throws
    {
        defer { SocketFile.remove(path) }
        #expect(unsafe mkfifo(path, 0o600) == 0)
        // For reading and writing, so that neither side waits for the other to open.
        let pipe = Descriptor(adopting: unsafe open(path, O_RDWR | O_CLOEXEC | O_NONBLOCK))
        let writer = try AccessLogWriter(.file(path))
        for _ in 0..<200 { writer.write(piece) }
        writer.open(.file(path))
        let start = MonotonicTime.now
        writer.end()
        #expect(MonotonicTime.now - start < .seconds(5))
        // A pipe holds 64 KiB, two of them.
        #expect(
            writer.tally.lostPieces >= 197 && writer.tally.lostPieces <= 200, "\(writer.tally.lostPieces)")
        // Lets the thread go on to its end: what is left of one piece fits into the pipe.
        var room = [UInt8](repeating: 0, count: 1 << 16)
        _ = unsafe read(pipe.number, &room, room.count)
        #expect(writer.tally.waitForEnd(upTo: .seconds(10)))
    }
}
