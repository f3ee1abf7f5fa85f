/// Why content cannot be compressed.
public enum CompressionError: Error, Equatable, Sendable {
    /// There is no memory for a compressor.
    case outOfMemory
    /// The library has refused to go on; what was written so far is not whole.
    case broken
}
