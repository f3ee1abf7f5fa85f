public import Platform

/// A moment on both clocks: deadlines within this run follow the monotonic one, what travels between
/// appliances and over restarts the wall clock.
public struct Moment: Hashable, Sendable {
    /// For waiting and for the age of table entries.
    public var monotonic: MonotonicTime
    /// For the origin of lineages and pins.
    public var wall: WallTime

    /// The same moment on both clocks.
    public init(monotonic: MonotonicTime, wall: WallTime) {
        self.monotonic = monotonic
        self.wall = wall
    }
}
