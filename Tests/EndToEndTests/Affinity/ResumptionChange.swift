internal import Demonstration
internal import Testing

/// A change of `tls.resumption` under a client.
struct ResumptionChange: CustomTestStringConvertible, Sendable {
    let kind: ClientKind
    let before: String
    let after: String

    var testDescription: String { "\(kind.name), \(before) to \(after)" }

    /// Whether the client gets a session that it can resume after the change.
    var resumesAfterwards: Bool { kind != .sessionID12 || after == "stateful" }

    /// All changes that forbid the kind of session which the client has got before.
    static let forbidding = [
        ("both", "stateful"), ("both", "stateless"), ("stateful", "stateless"), ("stateless", "stateful"),
    ]
    .flatMap { before, after in
        ClientKind.allCases.compactMap { kind -> ResumptionChange? in
            guard let isTicket = isTicket(kind, at: before), isTicket != (after == "stateless") else {
                return nil
            }
            return ResumptionChange(kind: kind, before: before, after: after)
        }
    }

    /// Whether a client gets a session that is sealed in its ticket; nil if it gets none.
    private static func isTicket(_ kind: ClientKind, at resumption: String) -> Bool? {
        switch resumption {
        case "stateful": false
        case "stateless": kind == .sessionID12 ? nil : true
        // There a TLS 1.3 client that speaks nothing older gets sealed tickets too.
        default: kind != .sessionID12
        }
    }
}
