/// Why bytes are no frames: the connection that they came over is of no use any more.
public enum FrameError: Error, Hashable, Sendable, CustomStringConvertible {
    /// A frame is longer than any may be, or has not even a version and a type.
    case length(UInt32)
    /// A frame speaks another version.
    case version(UInt8, expected: UInt8)
    /// A frame ends too soon, or holds what its type does not allow.
    case content

    /// A sentence for the operator.
    public var description: String {
        switch self {
        case .length(let count): "a frame of \(count) bytes"
        case .version(let number, let expected): "a frame of version \(number), not \(expected)"
        case .content: "a frame that makes no sense"
        }
    }
}
