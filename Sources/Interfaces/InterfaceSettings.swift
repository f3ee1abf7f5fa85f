public import Configuration
public import Platform

/// What the interface monitor is told by the configuration and by the sockets that are open.
public struct InterfaceSettings: Hashable, Sendable {
    /// How long changes are gathered before they are published.
    public var debounce: Duration
    /// The interfaces that an operator has named for a side.
    public var interfaces: [Side: [String]]
    /// The addresses that listeners are bound to.
    public var listeners: [IPAddress]

    /// Settings from a configuration and the addresses that its listeners are bound to.
    public init(_ configuration: InterfaceConfiguration, listeners: [IPAddress]) {
        debounce = configuration.debounce
        interfaces = [
            .client: configuration.client, .service: configuration.service,
            .backplane: configuration.backplane,
        ]
        self.listeners = listeners
    }
}
