internal import CLinux

/// A thread of ours with a name, which can be waited for.
public final class WorkerThread: Sendable {
    private let identifier: pthread_t

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

    /// Waits until the thread has ended. Call it once.
    public func join() {
        pthread_join(identifier, nil)
    }

    private final class Start {
        let name: String
        let body: () -> Void

        init(name: String, body: @escaping () -> Void) {
            self.name = String(name.prefix(15))
            self.body = body
        }
    }
}
