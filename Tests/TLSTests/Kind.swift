import Testing
import TLS

/// The four kinds of resumption, with the client that leads to each at a server that offers both.
enum Kind: String, CaseIterable, Sendable, CustomTestStringConvertible {
    case sessionID12
    case ticket12
    case stateless13
    case stateful13

    var testDescription: String { rawValue }

    var resumed: ResumptionKind {
        switch self {
        case .sessionID12: .sessionID12
        case .ticket12: .ticket12
        case .stateless13: .stateless13
        case .stateful13: .stateful13
        }
    }

    var version: TLSVersion {
        self == .sessionID12 || self == .ticket12 ? .tls12 : .tls13
    }

    var isSealed: Bool {
        self == .ticket12 || self == .stateless13
    }

    func clientSettings() throws -> ClientSettings {
        var settings = try Host.clientSettings()
        settings.maximumVersion = version
        settings.offersTickets = isSealed
        return settings
    }
}
