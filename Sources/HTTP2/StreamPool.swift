/// Makes the streams of a loop's sessions and keeps them for later use. Subclass it to make your own kind.
open class StreamPool {
    /// How many are kept at most.
    public static let keptLimit = 1024

    private final var kept: [SessionStream] = []

    /// An empty pool.
    public init() {}

    /// A new stream.
    open func make() -> SessionStream {
        SessionStream()
    }

    /// Lets go of all but `count` of those that are kept.
    public final func trim(to count: Int) {
        if kept.count > count { kept.removeLast(kept.count &- count) }
    }

    final func take() -> SessionStream {
        kept.popLast() ?? make()
    }

    final func give(_ stream: SessionStream) {
        guard kept.count < Self.keptLimit else { return }
        kept.append(stream)
    }
}
