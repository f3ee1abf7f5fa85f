/// The types of frames (RFC 9113 section 6, RFC 9218 section 7.1).
public enum FrameType: UInt8, Sendable {
    case data, headers, priority, resetStream, settings, pushPromise, ping, goAway, windowUpdate, continuation
    case priorityUpdate = 0x10
}
