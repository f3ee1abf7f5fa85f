internal import Platform
internal import Runtime

/// The loop's side of one of c-ares' sockets.
final class ResolverSocket: EventHandler {
    let descriptor: Int32
    /// What c-ares waits for on it.
    var interest: AresChannel.Interest
    private weak var resolver: NameResolver?

    init(_ descriptor: Int32, _ interest: AresChannel.Interest, of resolver: NameResolver) {
        self.descriptor = descriptor
        self.interest = interest
        self.resolver = resolver
    }

    override func ready(_ readiness: Readiness) {
        resolver?.socketReady(self, readiness)
    }
}
