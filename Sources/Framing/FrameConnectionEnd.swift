/// Why a connection of frames is over.
public enum FrameConnectionEnd: Hashable, Sendable {
    /// The peer has closed it, or is gone.
    case closed
    /// What came made no sense.
    case refused(FrameError)
    /// The peer does not read what it is sent.
    case slow
    /// The peer has said nothing for too long.
    case idle
}
