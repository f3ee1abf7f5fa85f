internal import Foundation
internal import Platform
internal import Runtime

/// A small HTTP/1.1 service that says who it is: a platform service to try the gateway with.
///
/// One thread, one loop. `GET /healthz` answers 200 once the start delay is over, `/bytes/N` N bytes, and every other
/// path the service identity and the process, in the body and in `X-Served-By` and `X-Incarnation`.
public enum DemoService {
    /// Serves until TERM or INT, or until the loop fails.
    public static func run(_ settings: DemoServiceSettings) throws(DemonstrationError) {
        do {
            let signals = try SignalEnd([.terminate, .interrupt])
            let loop = try EventLoop()
            let listener = try open(settings.place)
            let identity = ServiceIdentity(
                name: settings.identity, process: ProcessInfo.processInfo.processIdentifier,
                readyAt: .now + settings.startDelay)
            let handler = DemoServiceListener(adopting: listener, identity: identity, loop: loop)
            signals.loop = loop
            try loop.attachLevelTriggered(signals, descriptor: signals.number)
            try loop.attachLevelTriggered(handler, descriptor: handler.number)
            try loop.run()
        } catch {
            throw .system(what: settings.identity, error)
        }
    }

    private static func open(_ place: DemoServiceSettings.Place) throws(SystemError) -> Descriptor {
        switch place {
        case .address(let address):
            return try Socket.listen(on: address, backlog: 1024, sharesPort: true)
        case .descriptor(let number):
            guard Socket.adoptListener(number) else { throw SystemError("listen", number: ENOTSOCK) }
            return Descriptor(adopting: number)
        }
    }
}

/// Ends the loop when a signal comes.
private final class SignalEnd: EventHandler {
    private let source: SignalSource
    weak var loop: EventLoop?

    init(_ signals: [SignalSource.Signal]) throws(SystemError) {
        source = try SignalSource(signals)
    }

    var number: Int32 { source.number }

    override func ready(_ readiness: Readiness) {
        if source.next() != nil { loop?.stop() }
    }
}
