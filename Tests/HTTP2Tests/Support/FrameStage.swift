import HTTP2
import TestSupport

/// A session with a peer made of raw frames.
protocol FrameStage {
    associatedtype Played: Session
    var session: Played { get }
    /// What the session has sent, but for what it begins with.
    var frames: [Frame] { get }
    /// Sends frames, each whole or byte by byte.
    func send(_ frames: [Frame], inPieces: Bool)
}

extension FrameStage {
    /// The codes of the RST_STREAM frames of a stream.
    func resets(of id: UInt32 = 1) -> [ErrorCode] {
        frames.filter { $0.type == FrameType.resetStream.rawValue && $0.stream == id }
            .map { ErrorCode(rawValue: $0.errorCode) }
    }

    /// The codes of the GOAWAY frames.
    var goAways: [ErrorCode] {
        frames.filter { $0.type == FrameType.goAway.rawValue }.map { ErrorCode(rawValue: $0.errorCode) }
    }

    /// Whether a ping comes back: the connection goes on.
    func isAlive() -> Bool {
        send([.ping(0x5a)], inPieces: false)
        return frames.contains { $0 == .ping(0x5a, isAcknowledgement: true) } && session.end == nil
    }
}
