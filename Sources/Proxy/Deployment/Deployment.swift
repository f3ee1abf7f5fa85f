internal import Affinity
internal import Configuration
internal import HTTP
internal import HTTP2
internal import Platform
internal import TLS

/// All that the workers need of one configuration: checked, compiled and immutable. A reload makes another one.
final class Deployment: Sendable {
    let configuration: GatewayConfiguration
    let listeners: [ListenerSettings]
    let virtualHosts: VirtualHosts?
    let routes: RouteTable
    /// What the routes lead to, by their positions.
    let targets: [RouteTarget]
    let services: [ServiceSettings]
    let headLimits: HeadLimits
    let sessionSettings: SessionSettings
    let timeouts: Timeouts
    let affinity: AffinitySettings
    /// How requests are logged, if at all.
    let accessLogFormat: AccessLogConfiguration.Format?
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
        accessLogFormat = configuration.accessLog?.format
        gatewayName = Array((configuration.node ?? "limpet").utf8)
    }

    /// The position of a service; nil if there is none of that key.
    func position(of key: ServiceKey) -> Int? {
        services.firstIndex { $0.key == key }
    }

    /// The position of the route for `host` (without a port, in any case) and `path`; nil if there is none.
    func route(host: Span<UInt8>, path: Span<UInt8>) -> Int? {
        routes.route(host: host, path: path)
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
    ) throws(GatewayError) -> RouteTarget {
        switch route.action {
        case .service(let name):
            guard let position = position(of: name, in: configuration) else { throw .unknownService(name) }
            return try RouteTarget(route, to: .service(position))
        case .redirect(let redirect):
            return try RouteTarget(
                route, to: .redirect(status: Status(redirect), port: redirect.port))
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
