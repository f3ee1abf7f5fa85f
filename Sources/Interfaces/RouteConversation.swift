internal import Platform

/// A socket of the kernel's with the state of the talk on it.
final class RouteConversation {
    private let socket: RouteSocket
    private(set) var dialogue: RouteDialogue
    /// It is of no use any more.
    var hasFailed = false

    /// Opens a socket; what an earlier conversation has found stays until this one has heard all.
    init(after earlier: RouteDialogue?) throws(SystemError) {
        socket = try RouteSocket()
        dialogue = RouteDialogue(port: socket.port, after: earlier)
    }

    var number: Int32 { socket.number }

    /// Asks for everything.
    func begin() throws(SystemError) {
        try socket.send(dialogue.begin())
    }

    /// Asks how links are now; what comes of it, comes like a notification.
    func look(at links: [UInt32]) throws(SystemError) {
        guard !links.isEmpty else { return }
        try socket.send(dialogue.look(at: links))
    }

    /// What the next datagram brings; nil if none is there.
    func next(into room: inout [UInt8]) -> RouteDialogue.Outcome? {
        guard !hasFailed else { return nil }
        switch socket.receive(into: &room) {
        case .wouldBlock: return nil
        case .foreign: return RouteDialogue.Outcome()
        case .overflow: return RouteDialogue.Outcome(failure: "messages were lost")
        case .failed(let error): return RouteDialogue.Outcome(failure: "\(error)")
        case .datagram(let count): return take(room.span.extracting(first: count))
        }
    }

    private func take(_ bytes: Span<UInt8>) -> RouteDialogue.Outcome {
        do throws(RouteFault) {
            var outcome = dialogue.receive(try RouteParser.parse(bytes))
            guard let request = outcome.request else { return outcome }
            do throws(SystemError) { try socket.send(request) } catch { outcome.failure = "\(error)" }
            return outcome
        } catch {
            return RouteDialogue.Outcome(failure: "\(error)")
        }
    }
}
