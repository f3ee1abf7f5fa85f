internal import Demonstration
internal import Platform
internal import TestSupport

/// The configuration of a stage, as far as tests vary it.
struct StagePlan {
    /// Keys of `tls`, laid over the stage's own.
    var tls: [String: String] = [:]
    /// Keys of `affinity`.
    var affinity = ["by": "[tls-session]"]
    /// Keys of the service, laid over the stage's own.
    var service: [String: String] = [:]
    /// Administrative states by identity.
    var states: [String: String] = [:]
    /// Weights by identity.
    var weights: [String: Int] = [:]
    /// Top-level keys.
    var sections: [String: String] = [:]

    /// A gateway that serves the clients of a kind.
    init(_ kind: ClientKind = .stateless13) {
        tls["resumption"] = kind.needsStatefulGateway ? "stateful" : "both"
    }

    func with(_ change: (inout StagePlan) -> Void) -> StagePlan {
        var copy = self
        change(&copy)
        return copy
    }

    func configuration(for instances: [DemoInstance]) -> GatewayConfiguration {
        let endpoints = instances.map { Endpoint.ipv4(port: $0.address.port ?? 0) }
        var settings = [
            "health": "{ type: http, path: /healthz, interval: 100ms, timeout: 1s, rise: 1, fall: 2 }",
            "hold": "{ timeout: 10s, queue: 100 }", "passive": "{ connect-failures: 3 }", "retries": "2",
        ]
        settings.merge(service) { _, ours in ours }
        var portal = GatewayConfiguration.Service("portal", endpoints, settings: settings)
        for (index, instance) in instances.enumerated() {
            portal.instanceSettings[index] = [
                "state": states[instance.identity] ?? "ready",
                "weight": "\(weights[instance.identity] ?? 1)",
            ]
        }
        var configuration = GatewayConfiguration(
            [portal],
            listeners: [GatewayConfiguration.Listener(mode: "terminate")])
        let certificates = ["server", "other"].map {
            "{ certificate: certs/\($0).pem, key: certs/\($0).key }"
        }
        let all = ["certificates": "[\(certificates.joined(separator: ", "))]"].merging(tls) { _, ours in ours
        }
        configuration.sections = sections
        configuration.sections["tls"] = Self.mapping(all)
        configuration.sections["affinity"] = Self.mapping(affinity)
        return configuration
    }

    private static func mapping(_ values: [String: String]) -> String {
        "{ " + values.sorted { $0.key < $1.key }.map { "\($0.key): \($0.value)" }.joined(separator: ", ")
            + " }"
    }
}
