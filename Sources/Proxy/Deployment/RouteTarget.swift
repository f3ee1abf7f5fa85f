internal import Configuration
internal import HTTP

/// What a route leads to, with its rules compiled.
final class RouteTarget: Sendable {
    enum Action: Sendable {
        /// The service at this position.
        case service(Int)
        case redirect(status: Status, port: UInt16)
    }

    let action: Action
    let requestRules: HTTP.FieldRules
    let responseRules: HTTP.FieldRules
    let tunnels: TunnelRules
    let compression: CompressionRules?

    /// Compiles what `route` says of the messages that go its way.
    init(_ route: RouteConfiguration, to action: Action) throws(GatewayError) {
        self.action = action
        requestRules = try Self.compile(route.requestFields)
        responseRules = try Self.compile(route.responseFields)
        tunnels = TunnelRules(route)
        compression = route.compression.map(CompressionRules.init)
    }

    /// The changes in the order in which they act: what is removed, what replaces, what is added.
    private static func compile(
        _ fields: Configuration.FieldRules
    ) throws(GatewayError) -> HTTP.FieldRules {
        do {
            return try HTTP.FieldRules(
                fields.remove.map { .remove(name: $0) }
                    + fields.set.map { .set(name: $0.name, value: $0.value) }
                    + fields.add.map { .add(name: $0.name, value: $0.value) })
        } catch {
            throw .fieldRules(error)
        }
    }
}
