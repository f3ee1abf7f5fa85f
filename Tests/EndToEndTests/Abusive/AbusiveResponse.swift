internal import TestSupport
internal import Testing

/// What a broken or hostile service does with a request.
struct AbusiveResponse: Sendable, CustomTestStringConvertible {
    /// What the client may see of it.
    enum Outcome: Sendable {
        /// An answer of the gateway's own, with one of these statuses.
        case answered([Int])
        /// The beginning of the response, and then the end of the connection before the end of the message.
        case cutOff
        /// A proper response with that body, and nothing of what came with it.
        case cleaned(body: String)
    }

    typealias Behaviour = @Sendable (UpstreamConnection, RequestMessage) throws -> Void

    /// What must never reach a client where a message ends.
    static let evil = "HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nevil"

    /// A sentence.
    let name: String
    let method: String
    let outcome: Outcome
    let behaviour: Behaviour

    var testDescription: String { name }

    init(_ name: String, method: String = "GET", _ outcome: Outcome, _ behaviour: @escaping Behaviour) {
        self.name = name
        self.method = method
        self.outcome = outcome
        self.behaviour = behaviour
    }

    /// Sends that text and closes.
    static func sends(
        _ name: String, method: String = "GET", _ text: String, _ outcome: Outcome
    ) -> AbusiveResponse {
        AbusiveResponse(name, method: method, outcome) { connection, _ in
            try connection.send(text)
            connection.close()
        }
    }

    /// Sends that text and keeps the connection.
    static func keeps(
        _ name: String, method: String = "GET", _ text: String, _ outcome: Outcome
    ) -> AbusiveResponse {
        AbusiveResponse(name, method: method, outcome) { connection, _ in try connection.send(text) }
    }

    /// Sends that head, and a body that fits an honest one.
    static func head(_ name: String, _ head: String, statuses: Int...) -> AbusiveResponse {
        keeps(name, head + "\r\nhello", .answered(statuses.isEmpty ? [502] : statuses))
    }

    /// Sends a chunked response with that body.
    static func chunked(_ name: String, _ body: String) -> AbusiveResponse {
        keeps(name, "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n" + body, .cutOff)
    }
}
