internal import Foundation
internal import Platform
internal import TestSupport
internal import Testing

/// A gateway with TLS in front of two services, `/one` and `/two`, so that the first request decides who owns a
/// connection; and openssl as its client.
final class PathStage {
    let gateway: GatewayProcess
    let client: OpenSSLClient
    private(set) var configuration: GatewayConfiguration

    private let upstreams: [String: RecordingUpstream]

    fileprivate init(
        _ gateway: GatewayProcess, _ configuration: GatewayConfiguration,
        _ upstreams: [String: RecordingUpstream]
    ) {
        self.gateway = gateway
        self.configuration = configuration
        self.upstreams = upstreams
        client = OpenSSLClient(gateway: gateway)
    }

    func reload(_ change: (inout GatewayConfiguration) -> Void) throws {
        change(&configuration)
        try gateway.reload(with: configuration)
    }

    /// Ends an instance for good.
    func stop(_ instance: String) {
        upstreams[instance]?.stop()
    }

    /// Lets a session be offered under another name too, so that the first one stays as it is.
    func copy(_ session: String, to other: String) throws {
        let bytes = try Data(contentsOf: URL(fileURLWithPath: gateway.folder.file(session)))
        try bytes.write(to: URL(fileURLWithPath: gateway.folder.file(other)))
    }

    /// What the access log says about the last request for a path.
    func line(of path: String) throws -> AccessRecord {
        var found: AccessRecord?
        _ = try Deadline().poll {
            found = try gateway.accessRecords(1).last { $0.text(AccessKey.path) == path }
            return found != nil
        }
        return try #require(found, "no line about \(path)")
    }
}

/// Runs `body` with a stage whose instances are `one-0`, `one-1`, `two-0` and `two-1`. `tls` has further keys of
/// that section.
func withPathStage(
    resumption: String = "both", tls: String = "", affinity: String = "{ by: [tls-session] }",
    sourceLocation: SourceLocation = #_sourceLocation, _ body: (PathStage) throws -> Void
) throws {
    let names = ["one-0", "one-1", "two-0", "two-1"]
    var upstreams: [String: RecordingUpstream] = [:]
    for name in names {
        upstreams[name] = try RecordingUpstream.answering(
            RecordingUpstream.response(name, fields: "X-Served-By: \(name)\r\n"))
    }
    let folder = try TemporaryFolder()
    try DevelopmentCertificates.copy(into: folder)
    var configuration = GatewayConfiguration(
        ["one", "two"].map { service in
            let endpoints = names.filter { $0.hasPrefix(service) }.compactMap { upstreams[$0]?.endpoint }
            return GatewayConfiguration.Service(service, endpoints, settings: ["retries": "2"])
        }, listeners: [.init(mode: "terminate")])
    configuration.routes = ["one", "two"].map { "{ host: \"*\", path: /\($0), service: \($0) }" }
    configuration.sections = [
        "tls": SecureSection.text(resumption: resumption, more: tls), "affinity": affinity,
        "administration": "{ socket: control.sock }",
    ]
    try withGateway(configuration, folder: folder, sourceLocation: sourceLocation) { gateway in
        NamedService.waitForAll(names.count, gateway)
        try body(PathStage(gateway, configuration, upstreams))
    }
    for upstream in upstreams.values { upstream.stop() }
}
