internal import Platform
internal import Runtime

/// Accepts the connections of a demo service.
final class DemoServiceListener: EventHandler {
    /// The most connections at a time; more are closed at once.
    static let connectionLimit = 4096

    private let descriptor: Descriptor
    private let identity: ServiceIdentity
    private unowned let loop: EventLoop
    private var connectionCount = 0

    init(adopting descriptor: consuming Descriptor, identity: ServiceIdentity, loop: EventLoop) {
        self.descriptor = descriptor
        self.identity = identity
        self.loop = loop
    }

    var number: Int32 { descriptor.number }

    override func ready(_ readiness: Readiness) {
        while case .connection(let number, _) = Socket.accept(descriptor.number) {
            let accepted = Descriptor(adopting: number)
            guard connectionCount < Self.connectionLimit else { continue }
            Socket.setNoDelay(number)
            let connection = DemoServiceConnection(adopting: accepted, identity: identity, loop: loop) {
                [weak self] in self?.connectionCount -= 1
            }
            do {
                try loop.attach(connection, descriptor: number)
                connectionCount += 1
                connection.start()
            } catch {
                connection.abandon()
            }
        }
    }
}
