/// The configuration of a gateway under test, as far as tests vary it. Values of the YAML's sections are given as
/// flow mappings, such as `{ head: 1s }`.
public struct GatewayConfiguration: Sendable {
    /// A place where the gateway listens.
    public struct Listener: Sendable {
        /// Who makes the socket.
        public enum Origin: Sendable {
            /// The test opens it, on a port that the system chooses, and the gateway inherits it.
            case inherited(Endpoint)
            /// The gateway opens it. A port 0 is chosen and reserved by the test.
            case opened(Endpoint)
        }

        /// Who makes the socket.
        public var origin = Origin.inherited(.ipv4(port: 0))
        /// `plain` or `terminate`.
        public var mode = "plain"
        /// Further keys and their values.
        public var settings: [String: String] = [:]

        /// A plain listener on 127.0.0.1, inherited.
        public init(
            _ origin: Origin = .inherited(.ipv4(port: 0)), mode: String = "plain",
            settings: [String: String] = [:]
        ) {
            self.origin = origin
            self.mode = mode
            self.settings = settings
        }
    }

    /// A service and its instances.
    public struct Service: Sendable {
        /// Its name.
        public var name: String
        /// Where its instances listen; instance n is called `NAME-n@test`.
        public var instances: [Endpoint]
        /// Keys and their values, laid over those that suit tests: one probe at the start decides, and nothing
        /// that happens later makes an instance not running.
        public var settings: [String: String]
        /// Further keys and their values of instances, by their place.
        public var instanceSettings: [Int: [String: String]] = [:]

        /// A service.
        public init(_ name: String, _ instances: [Endpoint], settings: [String: String] = [:]) {
            self.name = name
            self.instances = instances
            self.settings = settings
        }
    }

    /// Where the gateway listens.
    public var listeners: [Listener]
    /// The services.
    public var services: [Service]
    /// The routes, each a flow mapping; none leaves everything to the first service.
    public var routes: [String] = []
    /// Top-level keys and their values, laid over the harness's own.
    public var sections: [String: String] = [:]
    /// Text that is put at the end as it is, to break a configuration.
    public var appendix = ""
    /// The first listener's inherited socket comes under this name, as a service manager passes it (sd_listen_fds(3)).
    public var activationName: String?

    /// A gateway with those services.
    public init(_ services: [Service], listeners: [Listener] = [Listener()]) {
        self.services = services
        self.listeners = listeners
    }

    /// A gateway in front of one service, with one plain listener.
    public init(
        upstreams: [RecordingUpstream], settings: [String: String] = [:], sections: [String: String] = [:]
    ) {
        self.init([Service("portal", upstreams.map(\.endpoint), settings: settings)])
        self.sections = sections
    }

    /// What services have unless a test says otherwise.
    static let quietService = [
        "balance": "round-robin",
        "health": "{ type: tcp, interval: 60s, timeout: 5s, rise: 1, fall: 3 }",
        "passive": "{ connect-failures: 0, error-share: 0 }",
        "retries": "0",
    ]

    /// The YAML text; `addresses[n]` is the address of listener n.
    func text(addresses: [String]) -> String {
        var all = [
            "node": "test", "workers": "2", "access-log": "{ path: \"-\", format: json }",
            "log": "{ level: info }", "timeouts": "{ drain: 5s }",
        ]
        all.merge(sections) { _, ours in ours }
        var lines = all.sorted { $0.key < $1.key }.map { "\($0.key): \($0.value)" }
        lines.append("listeners:")
        for (listener, address) in zip(listeners, addresses) {
            lines.append("  - address: \"\(address)\"")
            lines.append("    mode: \(listener.mode)")
            lines += listener.settings.sorted { $0.key < $1.key }.map { "    \($0.key): \($0.value)" }
        }
        lines.append("services:")
        for service in services {
            lines.append("  \(service.name):")
            let settings = Self.quietService.merging(service.settings) { _, ours in ours }
            lines += settings.sorted { $0.key < $1.key }.map { "    \($0.key): \($0.value)" }
            lines.append("    instances:")
            for (index, endpoint) in service.instances.enumerated() {
                let further = (service.instanceSettings[index] ?? [:]).map { ", \($0.key): \($0.value)" }
                    .joined()
                lines.append(
                    "      - { id: \(service.name)-\(index)@test, address: \"\(endpoint.text)\"\(further) }")
            }
        }
        lines.append("routes:")
        let first = services.first.map { ["{ host: \"*\", path: /, service: \($0.name) }"] } ?? []
        lines += (routes.isEmpty ? first : routes).map { "  - \($0)" }
        return lines.joined(separator: "\n") + "\n" + appendix
    }
}
