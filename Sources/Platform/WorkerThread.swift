internal import CLinux
internal import Synchronization

/// A thread of ours with a name, which can be waited for.
public final class WorkerThread: Sendable {
    private let identifier: pthread_t
    private let isClaimed = Atomic(false)

    /// Starts `body` in a new thread. `name` is what `top -H` shows; the kernel keeps 15 bytes of it.
    public init(name: String, _ body: sending @escaping () -> Void) throws(SystemError) {
        let start = Start(name: name, body: body)
        var identifier = pthread_t()
        let context = unsafe Unmanaged.passRetained(start).toOpaque()
        let result = unsafe pthread_create(
            &identifier, nil,
            { context in
                guard let context = unsafe context else { return nil }
                let start = unsafe Unmanaged<Start>.fromOpaque(context).takeRetainedValue()
                unsafe pthread_setname_np(pthread_self(), start.name)
                start.body()
                return nil
            }, context)
        guard result == 0 else {
            unsafe Unmanaged<Start>.fromOpaque(context).release()
            throw SystemError("pthread_create", number: result)
        }
        self.identifier = identifier
    }

    deinit {
        // Nobody will wait for it: the kernel may forget it as soon as it ends.
        if !isClaimed.load(ordering: .relaxed) { pthread_detach(identifier) }
    }

    /// Waits until the thread has ended. Only the first call waits.
    public func join() {
        guard !isClaimed.exchange(true, ordering: .relaxed) else { return }
        pthread_join(identifier, nil)
    }

    private final class Start {
        let name: String
        let body: () -> Void

        init(name: String, body: @escaping () -> Void) {
            var kept = Substring(name)
            while kept.utf8.count > 15 { kept.removeLast() }
            self.name = String(kept)
            self.body = body
        }
    }
}
