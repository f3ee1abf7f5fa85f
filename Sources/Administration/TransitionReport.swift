public import Balancing
internal import Framing

/// A change of the working status of an instance.
public struct TransitionReport: Hashable, Sendable {
    /// What it was.
    public var from: WorkingStatus
    /// What it has become.
    public var to: WorkingStatus
    /// When, in milliseconds since 1970.
    public var at: UInt64
    /// Which run of the instance this is, after the change.
    public var incarnation: UInt64
    /// Why.
    public var cause: String

    /// A change from its parts.
    public init(from: WorkingStatus, to: WorkingStatus, at: UInt64, incarnation: UInt64, cause: String) {
        self.from = from
        self.to = to
        self.at = at
        self.incarnation = incarnation
        self.cause = cause
    }

    init(reading reader: inout FrameReader) throws(FrameError) {
        from = try reader.status()
        to = try reader.status()
        at = try reader.number()
        incarnation = try reader.number()
        cause = try reader.text()
    }

    func write(to writer: inout FrameWriter) {
        writer.add(from.rawValue)
        writer.add(to.rawValue)
        writer.add(at)
        writer.add(incarnation)
        writer.add(cause)
    }
}
