internal import CZlib
internal import Runtime

/// gzip by zlib. Its state is some 140 KiB, and is used again.
@safe
final class GzipCompressor: Compressor {
    /// Twice the speed of the library's default for a few percent of size.
    private static let level: Int32 = 4
    /// A window of 32 KiB, and hash tables for it: (1 << 17) + (1 << 16) bytes.
    private static let windowBits: Int32 = 15
    private static let memoryLevel: Int32 = 7

    // The library's state points back to it, so it must not move.
    private let stream: UnsafeMutablePointer<z_stream>

    init() throws(CompressionError) {
        unsafe stream = .allocate(capacity: 1)
        unsafe stream.initialize(to: z_stream())
        super.init(.gzip)
        let result = unsafe limpet_gzip_begin(stream, Self.level, Self.windowBits, Self.memoryLevel)
        guard result == Z_OK else { throw .outOfMemory }
    }

    deinit {
        // Without a state it does nothing.
        unsafe deflateEnd(stream)
        unsafe stream.deallocate()
    }

    override func restart() -> Bool {
        forget()
        return unsafe deflateReset(stream) == Z_OK
    }

    override func run(
        _ content: Span<UInt8>, _ step: Step, into buffer: ByteBuffer
    ) throws(CompressionError) {
        let flush =
            switch step {
            case .goOn: Z_NO_FLUSH
            case .flush: Z_SYNC_FLUSH
            case .finish: Z_FINISH
            }
        let isDone = unsafe content.withUnsafeBufferPointer { bytes in
            // The library does not write there, though it does not say so.
            unsafe stream.pointee.next_in = UnsafeMutablePointer(mutating: bytes.baseAddress)
            unsafe stream.pointee.avail_in = UInt32(clamping: bytes.count)
            defer {
                unsafe stream.pointee.next_in = nil
                unsafe stream.pointee.avail_in = 0
            }
            while true {
                switch deflate(flush, into: buffer) {
                case Z_STREAM_END: return step == .finish
                case Z_OK, Z_BUF_ERROR: break
                default: return false
                }
                // Room that is left over tells that nothing waits within.
                if step != .finish, unsafe stream.pointee.avail_out > 0 { return true }
            }
        }
        guard isDone else { throw .broken }
    }

    private func deflate(_ flush: Int32, into buffer: ByteBuffer) -> Int32 {
        var result = Z_OK
        unsafe buffer.withWritableBytes(minimum: Self.roomBytes) { room in
            let bytes = unsafe room.bindMemory(to: UInt8.self)
            unsafe stream.pointee.next_out = bytes.baseAddress
            unsafe stream.pointee.avail_out = UInt32(clamping: bytes.count)
            unsafe result = CZlib.deflate(stream, flush)
            return unsafe bytes.count - Int(stream.pointee.avail_out)
        }
        return result
    }
}
