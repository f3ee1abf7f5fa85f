import Configuration
import Foundation
import Platform
import Testing

@Suite
struct WholeConfigurationTests {
    @Test
    func `a small file gets every default`() throws {
        let configuration = try Reading.value(Reading.text())
        #expect(configuration.node == nil)
        #expect(configuration.workers == nil)
        #expect(configuration.tls == TLSConfiguration())
        #expect(configuration.affinity == AffinityConfiguration())
        #expect(configuration.timeouts == TimeoutConfiguration())
        #expect(configuration.limits == LimitConfiguration())
        #expect(configuration.resolver == ResolverConfiguration())
        #expect(configuration.accessLog == nil)
        #expect(configuration.log == LogConfiguration())
        #expect(configuration.administration == AdministrationConfiguration())
        #expect(configuration.warnings.isEmpty)
        var listener = ListenerConfiguration(address: .socket(.ip(IPAddress(v4: 0x7f00_0001), port: 8080)))
        listener.mode = .plain
        #expect(configuration.listeners == [listener])
        var service = ServiceConfiguration(name: "portal")
        service.instances = [
            InstanceConfiguration(
                id: "portal-1@a", address: .socket(.ip(IPAddress(v4: 0x7f00_0001), port: 9001)))
        ]
        #expect(configuration.services == [service])
        #expect(configuration.service(named: "portal") == service)
        #expect(configuration.service(named: "other") == nil)
        #expect(configuration.routes == [RouteConfiguration(action: .service("portal"))])
    }

    @Test
    func `a configuration with all its sections is read`() throws {
        let configuration = try Reading.value(
            """
            node: a
            workers: 2
            listeners:
              - address: "0.0.0.0:8443"
                mode: terminate
            tls:
              minimum-version: "1.2"
              certificates:
                - { certificate: certs/dev/server.pem, key: certs/dev/server.key }
              resumption: both
            affinity:
              by: [tls-session, client-certificate, cookie]
              lifetime: 8h
            services:
              portal:
                balance: least-requests
                health: { path: /healthz, interval: 1s, rise: 2, fall: 3 }
                hold: { timeout: 10s, queue: 1024 }
                instances:
                  - { id: portal-1@a, address: "127.0.0.1:9001" }
                  - { id: portal-2@a, address: "127.0.0.1:9002", weight: 2 }
            routes:
              - { host: "*", path: /, service: portal }
            administration: { socket: run/limpet.sock, address: "127.0.0.1:8444" }
            """)
        #expect(configuration.node == "a")
        #expect(configuration.workers == 2)
        #expect(configuration.services.first?.health.type == .http)
        #expect(configuration.services.first?.instances.map(\.weight) == [1, 2])
        #expect(configuration.administration.socket == "run/limpet.sock")
        #expect(
            configuration.warnings.map(\.description) == [
                "test.yaml:12:7: 'client-certificate' has no effect yet: clients are not asked for certificates"
            ])
    }

    @Test
    func `the example in the documentation is right`() throws {
        let file = Repository.root + "/docs/example.yaml"
        let configuration = try GatewayConfiguration.load(path: file)
        #expect(configuration.warnings.isEmpty)
        #expect(configuration.listeners.count == 4)
        #expect(configuration.services.map(\.name) == ["portal", "api"])
        #expect(configuration.routes.count == 3)
    }

    @Test
    func `every problem is found in one go, in the order of the file`() {
        let problems = Reading.problems(
            """
            nodes: a
            workers: 0
            routes:
              - service: portl
                path: api
            services:
              portal:
                retries: many
                instances:
                  - { id: portal-1, address: "127.0.0.1" }
            listeners:
              - address: localhost:80
                mode: plain
            timeouts: { head: 10 }
            """)
        #expect(
            problems == [
                "1:1: unknown key 'nodes'; did you mean 'node'?",
                "2:10: 'workers' must be from 1 to 256, not '0'",
                "4:14: there is no service 'portl'; did you mean 'portal'?",
                "5:11: 'path' must be a path that begins with / and has no spaces, not 'api'",
                "8:14: 'retries' must be a whole number, not 'many'",
                "10:15: 'id' must name its node, as in portal-1@a, not 'portal-1'",
                "10:34: 'address' must have a port, as in host:9001, not '127.0.0.1'",
                "12:14: 'address' must have an IP address rather than a name, as in 0.0.0.0:8443, not 'localhost:80'",
                "14:19: 'head' must have a unit, such as 10s, not '10'",
            ])
    }

    @Test
    func `fifty problems are kept and the others are counted`() throws {
        let text = (1...60).map { "unknown-\($0): 1" }.joined(separator: "\n")
        let error = try #require(throws: ConfigurationError.self) {
            _ = try GatewayConfiguration.parse(text, file: "test.yaml")
        }
        guard case .refused(let problems, let omitted) = error else {
            Issue.record("\(error)")
            return
        }
        // Besides the unknown keys, listeners are missing.
        #expect(problems.count == 50)
        #expect(omitted == 11)
        #expect(error.description.hasSuffix("\nand 11 more problems"))
    }

    @Test
    func `a problem reads as file, line, column and message`() {
        let position = SourcePosition(line: 3, column: 7)
        let problem = ConfigurationProblem(file: "etc/limpet.yaml", position: position, message: "no")
        #expect(problem.description == "etc/limpet.yaml:3:7: no")
        #expect(
            ConfigurationError.refused(problems: [problem], omitted: 0).description == problem.description)
        let unreadable = ConfigurationError.unreadable(file: "a.yaml", reason: "is a folder")
        #expect(unreadable.description == "a.yaml: is a folder")
    }

    @Test
    func `a gateway that only redirects needs neither services nor routes`() throws {
        let configuration = try Reading.value(
            """
            listeners:
              - { address: "[::]:80", mode: plain, redirect-to-https: true }
            """)
        #expect(configuration.listeners.first?.redirect == RedirectConfiguration())
        #expect(configuration.services.isEmpty)
    }

    @Test
    func `a file without listeners or routes is refused`() {
        #expect(Reading.problems("node: a") == ["1:1: 'listeners' needs at least one listener"])
        #expect(
            Reading.problems("listeners: [{ address: '127.0.0.1:80', mode: plain }]") == [
                "1:1: 'routes' needs at least one route: every request would be refused"
            ])
        #expect(Reading.problems("listeners: []") == ["1:12: 'listeners' needs at least one listener"])
    }
}
