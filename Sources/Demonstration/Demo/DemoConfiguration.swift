/// The configuration of the demonstration's gateways.
enum DemoConfiguration {
    /// How long a ticket key seals: short, so that the demonstration sees several. With 32 old ones kept, tickets live for
    /// half of 33 turns, longer than the demonstration takes even on a slow machine.
    static let rotationSeconds = 4

    /// The YAML text. Paths of certificates are relative to its folder.
    static func text(resumption: String, instances: [DemoInstance], accessLog: String) -> String {
        let list = instances.map { "      - { id: \($0.identity), address: \"\($0.address)\" }" }
        return """
            node: a
            workers: 2
            listeners:
              - { address: "fd:3", mode: terminate }
            tls:
              certificates:
                - { certificate: certs/server.pem, key: certs/server.key }
                - { certificate: certs/server-rsa.pem, key: certs/server-rsa.key }
              resumption: \(resumption)
              ticket-keys: { rotate: \(rotationSeconds)s, keep: 32 }
            affinity:
              by: [tls-session]
              lifetime: 1h
            services:
              portal:
                balance: round-robin
                health: { type: http, path: /healthz, interval: 250ms, timeout: 1s, rise: 2, fall: 2 }
                hold: { timeout: 10s, queue: 1024 }
                instances:
            \(list.joined(separator: "\n"))
            routes:
              - { host: "*", path: /, service: portal }
            timeouts: { drain: 3s }
            access-log: { path: "\(accessLog)", format: json }

            """
    }
}
