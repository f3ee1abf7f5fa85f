public import Balancing
public import Platform

/// What is known of all services at one moment: their states, and where their instances are reached. It never changes.
public final class MonitoringSnapshot: Sendable {
    /// The states that placements are made from. Its number is this snapshot's.
    public let status: StatusSnapshot
    /// The address of each instance: the positions are those of `status.services` and of their `instances`. Nil while a
    /// name has not been resolved.
    public let addresses: [[SocketAddress?]]
    /// The number of the first snapshot that had these addresses.
    public let addressNumber: UInt64
    /// The number of the first snapshot in which the same was wanted of the instances.
    public let wishNumber: UInt64
    /// The positions of the services that the snapshot before this one, by its number, shows otherwise.
    private let changes: [Int]

    /// The first one of a configuration, in which everything is new.
    init(status: StatusSnapshot, addresses: [[SocketAddress?]]) {
        self.status = status
        self.addresses = addresses
        addressNumber = status.number
        wishNumber = status.number
        changes = Array(status.services.indices)
    }

    /// The one that follows `previous` after changes of `services`, which are shown as they are now; the others are shared.
    init(
        following previous: MonitoringSnapshot, changed services: [(position: Int, service: MonitoredService)]
    ) {
        var states = previous.status.services
        var addresses = previous.addresses
        var (hasMoved, isWantedOtherwise) = (false, false)
        for (position, service) in services {
            if !Self.isWantedAlike(states[position], service.state) { isWantedOtherwise = true }
            states[position] = service.state
            let places = service.addresses
            guard addresses[position] != places else { continue }
            addresses[position] = places
            hasMoved = true
        }
        status = StatusSnapshot(number: previous.number + 1, services: states)
        self.addresses = addresses
        addressNumber = hasMoved ? status.number : previous.addressNumber
        wishNumber = isWantedOtherwise ? status.number : previous.wishNumber
        changes = services.map(\.position)
    }

    /// Its number: a larger one is newer.
    public var number: UInt64 { status.number }

    /// The positions of the services that `older`, a snapshot of the same configuration, shows otherwise.
    public func changes(since older: MonitoringSnapshot) -> [Int] {
        if older.number + 1 == number { return changes }
        let (before, present) = (older.status.services, status.services)
        // What has not changed is the same object.
        return present.indices.filter { !before.indices.contains($0) || before[$0] !== present[$0] }
    }

    /// Where instance `instance` of service `service` is reached, by their positions; nil if it is not known.
    public func address(service: Int, instance: Int) -> SocketAddress? {
        guard addresses.indices.contains(service), addresses[service].indices.contains(instance) else {
            return nil
        }
        return addresses[service][instance]
    }

    /// Whether the same is wanted of the instances in two states of a service.
    private static func isWantedAlike(_ one: ServiceState, _ other: ServiceState) -> Bool {
        one.instances.elementsEqual(other.instances) {
            $0.administrative == $1.administrative && $0.drainDeadline == $1.drainDeadline
        }
    }
}
