import Configuration
import Testing

/// Texts that are read, and what comes of them.
enum Reading {
    /// The smallest text that describes a gateway: `{listener}`, `{service}`, `{instance}` and `{route}` are gaps.
    static func text(
        listener: String = "mode: plain", service: String = "", instance: String = "", route: String = "",
        rest: String = ""
    ) -> String {
        """
        listeners:
          - address: 127.0.0.1:8080
            \(listener)
        services:
          portal:
            \(service)
            instances:
              - id: portal-1@a
                address: 127.0.0.1:9001
                \(instance)
        routes:
          - service: portal
            \(route)
        \(rest)
        """
    }

    /// The value of a text that is right.
    static func value(_ text: String, sourceLocation: SourceLocation = #_sourceLocation) throws
        -> GatewayConfiguration
    {
        do {
            return try GatewayConfiguration.parse(text, file: "test.yaml")
        } catch {
            Issue.record("\(error)", sourceLocation: sourceLocation)
            throw error
        }
    }

    /// What is wrong with a text, each as `line:column: message`; empty if nothing is.
    static func problems(_ text: String) -> [String] {
        do {
            _ = try GatewayConfiguration.parse(text, file: "test.yaml")
            return []
        } catch {
            guard case .refused(let problems, _) = error else { return ["\(error)"] }
            return problems.map { "\($0.position): \($0.message)" }
        }
    }

    /// What deserves a look in a text that is right.
    static func warnings(_ text: String) throws -> [String] {
        try value(text).warnings.map { "\($0.position): \($0.message)" }
    }
}
