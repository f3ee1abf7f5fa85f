internal import CLinux

/// Closes descriptors that others have passed to us, in a thread of its own: what they stand for is the sender's choice, and
/// with it how long close(2) takes.
final class DescriptorCloser: Sendable {
    private struct Queue {
        var waiting: [Int32] = []
        /// Whether there is a thread for them.
        var isServed = false
        var isOver = false
    }

    /// What the thread holds: not the closer itself, which would never go then.
    private final class Shared: Sendable {
        let queue = Lock(Queue())
        let bell: Wakeup

        init() throws(SystemError) {
            bell = try Wakeup()
        }
    }

    /// How long the thread listens for the bell in one go.
    private static let patience = Duration.seconds(3600)

    private let shared: Shared
    private let limit: Int
    private let close: @Sendable (Int32) -> Void

    /// A closer for which `limit` descriptors may wait before nothing more should be received; `close` is called for each, in
    /// the closer's thread.
    init(
        limit: Int = 64, close: @escaping @Sendable (Int32) -> Void = { limpet_close_passed($0) }
    ) throws(SystemError) {
        shared = try Shared()
        self.limit = limit
        self.close = close
    }

    deinit {
        shared.queue.withLock { $0.isOver = true }
        shared.bell.ring()
    }

    /// Whether there is room for the descriptors of one more message.
    var hasRoom: Bool { shared.queue.withLock { $0.waiting.count < limit } }

    /// Takes descriptors over. However many they are, they are closed in the thread.
    func take(_ numbers: ArraySlice<Int32>) {
        guard !numbers.isEmpty else { return }
        let needsThread = shared.queue.withLock { queue in
            queue.waiting += numbers
            defer { queue.isServed = true }
            return !queue.isServed
        }
        if needsThread { startThread() }
        shared.bell.ring()
    }

    private func startThread() {
        let (shared, close) = (shared, close)
        do {
            _ = try WorkerThread(name: "closer") { Self.serve(shared, close) }
        } catch {
            // The next message tries again; until then they wait, as if the thread were slow.
            shared.queue.withLock { $0.isServed = false }
        }
    }

    private static func serve(_ shared: Shared, _ close: (Int32) -> Void) {
        while true {
            let next: Int32? = shared.queue.withLock { $0.waiting.first }
            if let next {
                close(next)
                // Only now: what is being closed still counts.
                shared.queue.withLock { queue in _ = queue.waiting.removeFirst() }
                continue
            }
            if shared.queue.withLock({ $0.isOver }) { return }
            if shared.bell.wait(upTo: patience) { shared.bell.silence() }
        }
    }
}
