internal import ArgumentParser
internal import Demonstration

/// The kinds of resumption, as the command line names them.
enum StickKind: String, CaseIterable, ExpressibleByArgument {
    case id12, ticket12, stateless13, stateful13

    /// The kind as the clients know it.
    var clientKind: ClientKind {
        switch self {
        case .id12: .sessionID12
        case .ticket12: .ticket12
        case .stateless13: .stateless13
        case .stateful13: .stateful13
        }
    }
}
