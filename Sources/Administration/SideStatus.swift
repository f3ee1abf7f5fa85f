internal import Framing
public import Interfaces

/// What a gateway says of a side of its appliance.
public struct SideStatus: Hashable, Sendable {
    /// Which side.
    public var side: Side
    /// How it works.
    public var state: SideState
    /// Since when, in milliseconds since 1970.
    public var since: UInt64
    /// What it lacks; empty for nothing.
    public var cause: String

    /// A status from its parts.
    public init(_ side: Side, _ state: SideState, since: UInt64, cause: String) {
        self.side = side
        self.state = state
        self.since = since
        self.cause = cause
    }

    /// The sides in a snapshot.
    static func all(of snapshot: InterfaceSnapshot, _ clock: ClockPair) -> [SideStatus] {
        zip(snapshot.sides, snapshot.since).map { report, since in
            SideStatus(
                report.side, report.state, since: clock.milliseconds(at: since),
                cause: report.reasons.joined(separator: "; "))
        }
    }

    init(reading reader: inout FrameReader) throws(FrameError) {
        guard let side = Side(rawValue: try reader.text()), let state = SideState(rawValue: try reader.text())
        else { throw .content }
        self.side = side
        self.state = state
        since = try reader.number()
        cause = try reader.text()
    }

    func write(to writer: inout FrameWriter) {
        writer.add(side.rawValue)
        writer.add(state.rawValue)
        writer.add(since)
        writer.add(cause)
    }
}
