internal import Platform
public import Runtime

/// A thread's own loop for clients: begins visits, and waits until they are over. Every visit bounds itself.
public final class ClientLoop {
    /// The loop; visits are made for it.
    public let loop: EventLoop

    /// A loop for the calling thread.
    public init() throws(DemonstrationError) {
        do {
            loop = try EventLoop()
        } catch {
            throw .system(what: "the clients' loop", error)
        }
    }

    /// Begins all of `visits` at once, and returns when each is over.
    public func run(_ visits: [Visit]) throws(DemonstrationError) {
        for visit in visits { visit.begin() }
        do {
            while !visits.allSatisfy(\.isOver) { try loop.runOnce(waiting: true) }
        } catch {
            throw .system(what: "the clients' loop", error)
        }
    }
}
