/// How a side works.
public enum SideState: String, Sendable, Hashable {
    /// Nothing is known that it depends on.
    case unwatched
    /// All that it depends on is there.
    case up
    /// A part of what it depends on is missing.
    case degraded
    /// Nothing of what it depends on is there.
    case lost
}
