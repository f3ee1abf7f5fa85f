/// All that an operator decides: one validated, immutable value, made from one YAML file.
///
/// Whatever stands in such a value has been checked: names fit, numbers lie within their ranges, every route leads
/// to a service that exists. What only the machine can tell (whether a certificate opens, whether a port is free)
/// is left to those who use it. `docs/configuration.md` describes every key.
public struct GatewayConfiguration: Sendable, Equatable {
    /// The stable name of this appliance; nil: the host's name.
    public var node: String?
    /// How many worker threads serve connections, 1...256; nil: one a processor.
    public var workers: Int?
    /// Where clients come in; at least one.
    public var listeners: [ListenerConfiguration] = []
    /// How TLS is spoken with clients.
    public var tls = TLSConfiguration()
    /// What ties a client to the owner of its session.
    public var affinity = AffinityConfiguration()
    /// The services, in the order of the file.
    public var services: [ServiceConfiguration] = []
    /// Which requests go to which service, in the order of the file.
    public var routes: [RouteConfiguration] = []
    /// The services that the node manager of an appliance starts, each behind those that it needs.
    public var localServices: [LocalServiceConfiguration] = []
    /// How the node manager is reached, and where it keeps what it needs.
    public var nodeManager = NodeManagerConfiguration()
    /// How names of instances become addresses.
    public var resolver = ResolverConfiguration()
    /// Which network interfaces lead where.
    public var interfaces = InterfaceConfiguration()
    /// How long each step may take.
    public var timeouts = TimeoutConfiguration()
    /// How much a client may ask for.
    public var limits = LimitConfiguration()
    /// How HTTP/2 is spoken with clients.
    public var http2 = HTTP2Configuration()
    /// Where requests are recorded; nil: nowhere.
    public var accessLog: AccessLogConfiguration?
    /// What the program says about itself.
    public var log = LogConfiguration()
    /// How an operator reaches the running program.
    public var administration = AdministrationConfiguration()
    /// What was accepted but deserves a look, in the order of the file.
    public var warnings: [ConfigurationProblem] = []

    /// A configuration of defaults, without listeners and services.
    public init() {}

    /// The service of that name; nil if there is none.
    public func service(named name: String) -> ServiceConfiguration? {
        services.first { $0.name == name }
    }

    /// The local services of this appliance: all of them, or, where it has a name, those that bear it.
    public var supervisedServices: [LocalServiceConfiguration] {
        guard let node else { return localServices }
        return localServices.filter { $0.id.hasSuffix("@" + node) }
    }

    /// The instance of that identity; nil if there is none.
    public func instance(_ id: String) -> InstanceConfiguration? {
        for service in services {
            if let instance = service.instances.first(where: { $0.id == id }) { return instance }
        }
        return nil
    }
}
