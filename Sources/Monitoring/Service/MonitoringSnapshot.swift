public import Balancing
public import Platform

/// What is known of all services at one moment: their states, and where their instances are reached. It never changes.
public final class MonitoringSnapshot: Sendable {
    /// The states that placements are made from. Its number is this snapshot's.
    public let status: StatusSnapshot
    /// The address of each instance: the positions are those of `status.services` and of their `instances`. Nil while a
    /// name has not been resolved.
    public let addresses: [[SocketAddress?]]

    init(status: StatusSnapshot, addresses: [[SocketAddress?]]) {
        self.status = status
        self.addresses = addresses
    }

    /// Its number: a larger one is newer.
    public var number: UInt64 { status.number }

    /// Where instance `instance` of service `service` is reached, by their positions; nil if it is not known.
    public func address(service: Int, instance: Int) -> SocketAddress? {
        guard addresses.indices.contains(service), addresses[service].indices.contains(instance) else {
            return nil
        }
        return addresses[service][instance]
    }
}
