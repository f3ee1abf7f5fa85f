/// What reached an upstream on one connection.
public struct UpstreamRecord: Sendable {
    /// How the gateway ended the connection.
    public enum Ending: Sendable, Equatable {
        /// In order.
        case end
        /// With a reset.
        case reset
        /// The upstream closed it first.
        case ours
    }

    /// The place of the connection among all, from 0. Probes count as well.
    public let number: Int
    /// Every byte that came, in order.
    public internal(set) var received: [UInt8] = []
    /// The requests that came whole, or whose head the behaviour read.
    public internal(set) var requests: [RequestMessage] = []
    /// The connection's end; nil while it lasts.
    public internal(set) var ending: Ending?
    /// Whether the upstream has closed its end for good.
    public internal(set) var isClosed = false
}
