internal import Foundation

/// A raw TCP service whose answers a test writes byte by byte, and which records every byte that it gets.
/// Each connection has a thread of its own that runs the behaviour and then reads on until the end.
public final class RecordingUpstream: Sendable {
    /// What a connection does. It may return or throw at any time: what still comes is recorded nevertheless.
    public typealias Behaviour = @Sendable (UpstreamConnection) throws -> Void

    struct State: Sendable {
        var connections: [UpstreamRecord] = []
        var requestCount = 0
        var isAccepting = true
        var open: [Int: Socket] = [:]
    }

    /// Where it listens.
    public let endpoint: Endpoint
    let state: Watched<State>
    private let listener: Socket

    /// Listens, on 127.0.0.1 and a port that the system chooses unless told otherwise.
    public init(on wanted: Endpoint = .ipv4(port: 0), _ behaviour: @escaping Behaviour) throws {
        let listener = try Socket.listening(on: wanted)
        let state = Watched(State())
        switch wanted {
        case .ipv4(let address, _): endpoint = .ipv4(address: address, port: listener.port)
        case .ipv6: endpoint = .ipv6(port: listener.port)
        case .unix: endpoint = wanted
        }
        self.listener = listener
        self.state = state
        Thread.detachNewThread { Self.acceptAll(listener, state, behaviour) }
    }

    deinit {
        stop()
    }

    private static func acceptAll(
        _ listener: Socket, _ state: Watched<State>, _ behaviour: @escaping Behaviour
    ) {
        while let socket = listener.accept(until: Deadline(in: .seconds(600))) {
            let number = state.change { state in
                let number = state.connections.count
                state.connections.append(UpstreamRecord(number: number))
                state.open[number] = socket
                return number
            }
            Thread.detachNewThread { Self.serve(socket, number, state, behaviour) }
        }
        listener.close()
        state.change { $0.isAccepting = false }
    }

    private static func serve(
        _ socket: Socket, _ number: Int, _ state: Watched<State>, _ behaviour: Behaviour
    ) {
        let connection = UpstreamConnection(socket, number: number, state: state)
        do {
            try behaviour(connection)
        } catch {
            // The gateway went away, or sent what is no request: the record shows which.
        }
        connection.drain()
        socket.close()
        state.change { state in
            state.open[number] = nil
            state.connections[number].isClosed = true
        }
    }

    /// What has reached the connections so far, probes without a byte included.
    public var connections: [UpstreamRecord] {
        state.value.connections
    }

    /// The requests so far, in the order of their connections.
    public var requests: [RequestMessage] {
        connections.flatMap(\.requests)
    }

    /// Every byte so far, connection by connection.
    public var received: [UInt8] {
        connections.flatMap(\.received)
    }

    /// Waits until the record is as wanted; nil when it was not so in time.
    public func wait<Answer>(
        until deadline: Deadline = Deadline(), for answer: ([UpstreamRecord]) -> Answer?
    ) -> Answer? {
        state.wait(until: deadline) { answer($0.connections) }
    }

    /// Waits for that many requests, and answers them.
    public func waitForRequests(_ count: Int) throws -> [RequestMessage] {
        let found = wait { records -> [RequestMessage]? in
            let requests = records.flatMap(\.requests)
            return requests.count >= count ? requests : nil
        }
        guard let found else {
            throw HarnessError.timeout(
                waitingFor: "\(count) requests at the upstream", seen: received.readable)
        }
        return found
    }

    /// Accepts no more connections: the next connect is refused. Those that there are go on.
    public func stopAccepting() throws {
        listener.shutdown()
        guard state.wait(until: Deadline(), for: { $0.isAccepting ? nil : true }) != nil else {
            throw HarnessError.timeout(waitingFor: "the upstream's listener to close", seen: "")
        }
    }

    /// Ends all connections and accepts no more.
    public func stop() {
        listener.shutdown()
        for socket in state.value.open.values { socket.shutdown() }
    }

    /// Waits until the gateway has ended all its connections, and answers what came on them. To be called when the
    /// gateway is gone: nothing can come after that.
    public func finish(until deadline: Deadline = Deadline()) throws -> [UpstreamRecord] {
        let records = wait(until: deadline) { records in records.allSatisfy(\.isClosed) ? records : nil }
        stop()
        guard let records else {
            throw HarnessError.timeout(
                waitingFor: "the upstream's connections to end", seen: received.readable)
        }
        return records
    }
}
