public import Affinity

/// The states of all services at one moment, numbered: a larger number is newer.
public final class StatusSnapshot: Sendable {
    /// Its number.
    public let number: UInt64
    /// The states; a service keeps its position as long as the configuration is the same.
    public let services: [ServiceState]

    /// A snapshot from its states.
    public init(number: UInt64, services: [ServiceState]) {
        self.number = number
        self.services = services
    }

    /// The state of a service; nil if there is none of that name.
    public func service(_ key: ServiceKey) -> ServiceState? {
        for service in services where service.key == key {
            return service
        }
        return nil
    }
}
