public import Runtime

/// Compresses one content after the other, each in as many pieces as it comes in. Thread-confined; made and kept by a
/// `CompressorPool`.
public class Compressor {
    /// How far what was written has to get.
    enum Step {
        /// As far as the library wants.
        case goOn
        /// So far that the receiver can read all of it.
        case flush
        /// To the end of the content.
        case finish
    }

    /// What it makes.
    public final let coding: ContentCoding
    /// Whether something was written since the last flush: then the receiver may lack some of it.
    public private(set) final var hasUnflushed = false

    /// The room that is offered to the library at a time, in bytes.
    static let roomBytes = 16 << 10

    init(_ coding: ContentCoding) {
        self.coding = coding
    }

    /// Compresses a piece of the content.
    /// - Parameters:
    ///   - content: the piece.
    ///   - buffer: where what comes out goes; often nothing does yet.
    /// - Throws: ``CompressionError`` if the content cannot be ended any more.
    public final func write(
        _ content: Span<UInt8>, into buffer: ByteBuffer
    ) throws(CompressionError) {
        guard content.count > 0 else { return }
        hasUnflushed = true
        try run(content, .goOn, into: buffer)
    }

    /// Lets all come out that was written.
    /// - Throws: ``CompressionError`` if the content cannot be ended any more.
    public final func flush(into buffer: ByteBuffer) throws(CompressionError) {
        guard hasUnflushed else { return }
        hasUnflushed = false
        try run(Span(), .flush, into: buffer)
    }

    /// Ends the content.
    /// - Throws: ``CompressionError`` if it cannot be ended.
    public final func finish(into buffer: ByteBuffer) throws(CompressionError) {
        hasUnflushed = false
        try run(Span(), .finish, into: buffer)
    }

    /// Lets the library work.
    func run(
        _ content: Span<UInt8>, _ step: Step, into buffer: ByteBuffer
    ) throws(CompressionError) {
        throw .broken
    }

    /// Gets ready for another content; false if it cannot.
    func restart() -> Bool {
        hasUnflushed = false
        return false
    }

    /// Forgets what has not come out.
    final func forget() {
        hasUnflushed = false
    }
}
