public import Balancing
internal import Framing
internal import Platform

/// What an operator wants of an instance.
public struct AdministrativeOrder: Hashable, Sendable {
    /// The longest time that draining may be told to take.
    public static let longestDrain = Duration.seconds(30 * 86_400)

    /// The service identity.
    public var identity: String
    /// What is wanted.
    public var state: AdministrativeState
    /// How long draining shall take from now on, to the millisecond; nil: as long as the service's drain time says.
    public var drain: Duration?

    /// An order from its parts.
    public init(_ state: AdministrativeState, of identity: String, drain: Duration? = nil) {
        self.identity = identity
        self.state = state
        self.drain = drain
    }

    init(reading reader: inout FrameReader) throws(FrameError) {
        identity = try reader.text()
        guard let state = AdministrativeState(rawValue: try reader.byte()) else { throw .content }
        self.state = state
        let milliseconds: UInt64 = try reader.number()
        guard milliseconds != .max else { return }
        guard milliseconds <= Self.longestDrain.clampedMilliseconds else { throw .content }
        drain = .milliseconds(Int64(milliseconds))
    }

    func write(to writer: inout FrameWriter) {
        writer.add(identity, limit: ControlFrame.identityBytes)
        writer.add(state.rawValue)
        writer.add(drain?.clampedMilliseconds ?? .max)
    }
}
