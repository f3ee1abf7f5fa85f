internal import CBrotli
internal import Runtime

/// Brotli. The library cannot begin anew with a state that was used, so each content has its own.
@safe
final class BrotliCompressor: Compressor {
    /// About as fast as gzip, and smaller.
    private static let quality: UInt32 = 4
    /// A window of 64 KiB.
    private static let windowBits: UInt32 = 16

    private let state: OpaquePointer

    init() throws(CompressionError) {
        guard let made = unsafe BrotliEncoderCreateInstance(nil, nil, nil) else { throw .outOfMemory }
        unsafe state = made
        super.init(.brotli)
        _ = unsafe BrotliEncoderSetParameter(state, BROTLI_PARAM_QUALITY, Self.quality)
        _ = unsafe BrotliEncoderSetParameter(state, BROTLI_PARAM_LGWIN, Self.windowBits)
    }

    deinit {
        unsafe BrotliEncoderDestroyInstance(state)
    }

    override func run(
        _ content: Span<UInt8>, _ step: Step, into buffer: ByteBuffer
    ) throws(CompressionError) {
        let operation =
            switch step {
            case .goOn: BROTLI_OPERATION_PROCESS
            case .flush: BROTLI_OPERATION_FLUSH
            case .finish: BROTLI_OPERATION_FINISH
            }
        let isDone = unsafe content.withUnsafeBufferPointer { bytes in
            var next = bytes.baseAddress
            var left = bytes.count
            while true {
                guard unsafe compress(operation, &next, &left, into: buffer) else { return false }
                let hasMore = unsafe BrotliEncoderHasMoreOutput(state) != BROTLI_FALSE
                if left == 0, !hasMore { return step != .finish || isFinished }
            }
        }
        guard isDone else { throw .broken }
    }

    private var isFinished: Bool { unsafe BrotliEncoderIsFinished(state) != BROTLI_FALSE }

    private func compress(
        _ operation: BrotliEncoderOperation, _ next: inout UnsafePointer<UInt8>?, _ left: inout Int,
        into buffer: ByteBuffer
    ) -> Bool {
        var isGood = false
        unsafe buffer.withWritableBytes(minimum: Self.roomBytes) { room in
            let bytes = unsafe room.bindMemory(to: UInt8.self)
            var target = bytes.baseAddress
            var targetLeft = bytes.count
            isGood =
                unsafe BrotliEncoderCompressStream(
                    state, operation, &left, &next, &targetLeft, &target, nil) != BROTLI_FALSE
            return bytes.count - targetLeft
        }
        return isGood
    }
}
