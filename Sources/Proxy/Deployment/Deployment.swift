internal import Affinity
internal import Configuration
internal import HTTP
internal import HTTP2
internal import Platform
internal import TLS

/// All that the workers need of one configuration: checked, compiled and immutable. A reload makes another one.
final class Deployment: Sendable {
    /// What a route leads to, with its rules compiled.
    struct Target: Sendable {
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
    }

    let configuration: GatewayConfiguration
    let listeners: [ListenerSettings]
    let virtualHosts: VirtualHosts?
    let routes: RouteTable
    let targets: [Target]
    let services: [ServiceSettings]
    let headLimits: HeadLimits
    let sessionSettings: SessionSettings
    let timeouts: Timeouts
    let affinity: AffinitySettings
    let gatewayName: [UInt8]

    /// Compiles `configuration`: loads the certificates, opens nothing. `listeners` are the opened ones.
    init(
        _ configuration: GatewayConfiguration, listeners: [ListenerSettings], ticketKeys: TicketKeyRing
    ) throws(GatewayError) {
        self.configuration = configuration
        self.listeners = listeners
        services = try configuration.services.map { service throws(GatewayError) in
            try ServiceSettings(service)
        }
        routes = RouteTable(configuration.routes)
        targets = try configuration.routes.map { route throws(GatewayError) in
            try Self.target(of: route, in: configuration)
        }
        let (targets, routes, services) = (targets, routes, services)
        virtualHosts = try VirtualHosts(configuration, ticketKeys: ticketKeys) { names in
            routes.soleService(hosts: names) { route in
                guard case .service(let position) = targets[route].action else { return nil }
                return position
            }.map { services[$0].key }
        }
        timeouts = Timeouts(configuration.timeouts)
        headLimits = Self.headLimits(configuration.limits)
        sessionSettings = SessionSettings(configuration, head: headLimits)
        affinity = AffinitySettings(configuration.affinity)
        gatewayName = Array((configuration.node ?? "limpet").utf8)
    }

    /// The position of a service; nil if there is none of that key.
    func position(of key: ServiceKey) -> Int? {
        services.firstIndex { $0.key == key }
    }

    /// Whether a request's body of that many bytes is larger than is allowed.
    func exceedsBodyLimit(_ bytes: UInt64) -> Bool {
        configuration.limits.bodyBytes > 0 && bytes > UInt64(configuration.limits.bodyBytes)
    }

    /// Position of the service of that name.
    private static func position(of name: String, in configuration: GatewayConfiguration) -> Int? {
        configuration.services.firstIndex { $0.name == name }
    }

    private static func target(
        of route: RouteConfiguration, in configuration: GatewayConfiguration
    ) throws(GatewayError) -> Target {
        let action: Target.Action
        switch route.action {
        case .service(let name):
            guard let position = position(of: name, in: configuration) else { throw .unknownService(name) }
            action = .service(position)
        case .redirect(let redirect):
            action = .redirect(status: Status(redirect), port: redirect.port)
        }
        let (request, response) = (route.requestFields, route.responseFields)
        return Target(
            action: action,
            requestRules: try compile(
                request.remove.map { .remove(name: $0) }
                    + request.set.map { .set(name: $0.name, value: $0.value) }
                    + request.add.map { .add(name: $0.name, value: $0.value) }),
            responseRules: try compile(
                response.remove.map { .remove(name: $0) }
                    + response.set.map { .set(name: $0.name, value: $0.value) }
                    + response.add.map { .add(name: $0.name, value: $0.value) }),
            tunnels: TunnelRules(route),
            compression: route.compression.map(CompressionRules.init))
    }

    /// The changes in the order in which they act: what is removed, what replaces, what is added.
    private static func compile(_ changes: [HTTP.FieldRules.Change]) throws(GatewayError) -> HTTP.FieldRules {
        do {
            return try HTTP.FieldRules(changes)
        } catch {
            throw .fieldRules(error)
        }
    }

    private static func headLimits(_ limits: LimitConfiguration) -> HeadLimits {
        var result = HeadLimits()
        result.headBytes = limits.headBytes
        result.targetBytes = limits.targetBytes
        result.fields = limits.fields
        result.trailerBytes = limits.trailerBytes
        return result
    }
}
