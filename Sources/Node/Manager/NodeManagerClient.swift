public import Configuration
internal import Framing
internal import Platform
internal import Runtime
internal import StatusFrames

/// Speaks with the node manager of a configuration, from another process.
public enum NodeManagerClient {
    /// Tells the node manager to stop all services and to end, and waits until it has; false if it has not in time.
    ///
    /// - Throws: ``NodeError/notRunning(directory:)`` if there is none.
    public static func stop(
        _ configuration: NodeManagerConfiguration, patience: Duration
    ) throws(NodeError) -> Bool {
        do {
            let loop = try EventLoop()
            let descriptor: Descriptor
            do {
                descriptor = try Socket.connect(to: .unix(path: configuration.socket))
            } catch {
                throw NodeError.notRunning(directory: configuration.directory)
            }
            var hasEnded = false
            let connection = try FrameConnection<Frame>(
                adopting: descriptor, loop: loop, received: { _, _ in },
                ended: { _, _ in
                    hasEnded = true
                    loop.stop()
                })
            connection.send(.stop)
            let alarm = Alarm { loop.stop() }
            loop.attach(alarm)
            loop.setTimer(alarm, at: .now + patience)
            if !hasEnded { try loop.run() }
            loop.detach(alarm)
            connection.close()
            return hasEnded
        } catch let error as NodeError {
            throw error
        } catch let error as SystemError {
            throw .system(error)
        } catch {
            return false
        }
    }

    private final class Alarm: EventHandler {
        private let work: () -> Void

        init(_ work: @escaping () -> Void) {
            self.work = work
        }

        override func timerFired() {
            work()
        }
    }
}
