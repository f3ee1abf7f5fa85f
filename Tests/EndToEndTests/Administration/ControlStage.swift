internal import Foundation
internal import TestSupport
internal import Testing

/// A gateway that takes commands, in front of services that name themselves, with clients that bring their cookie along.
final class ControlStage {
    let folder: TemporaryFolder
    let upstreams: [RecordingUpstream]
    /// Whether the first service says that it is well.
    let isWell = SharedFlag()
    /// The gateway; another one after `restart`.
    private(set) var gateway: GatewayProcess
    private var configuration: GatewayConfiguration

    fileprivate init(_ change: (inout GatewayConfiguration) -> Void) throws {
        folder = try TemporaryFolder()
        try folder.write("a secret that outlives the gateway", to: "cookie")
        let isWell = isWell
        upstreams = try (0..<2).map { number in
            try RecordingUpstream { connection in
                while true {
                    let request = try connection.readHead()
                    if number == 0, request.target == "/health", !isWell.isSet {
                        try connection.send(RecordingUpstream.response("", status: "503 Busy"))
                        continue
                    }
                    guard request.fields["Upgrade"] != nil else {
                        try connection.send(RecordingUpstream.response("portal-\(number)"))
                        continue
                    }
                    try connection.send(Handshake.answer())
                    return try Handshake.echo(connection, request)
                }
            }
        }
        configuration = Handshake.configuration(upstreams)
        configuration.sections = [
            "administration": "{ socket: control.sock }",
            "affinity": "{ by: [cookie], cookie: { name: limpet, secret: cookie } }",
        ]
        configuration.listeners[0].origin = .opened(.ipv4(port: 0))
        change(&configuration)
        gateway = try GatewayProcess(configuration, folder: folder)
        NamedService.waitForAll(upstreams.count, gateway)
    }

    /// Runs `limpet` with a command for the gateway.
    func run(
        _ arguments: String..., expecting code: Int32 = 0, sourceLocation: SourceLocation = #_sourceLocation
    )
        throws -> Command
    {
        let command = try Command(
            GatewayBinary.path, arguments + ["-c", folder.file("limpet.yaml")])
        #expect(
            command.ending == .exited(code), "\(command.output)\(command.errors)",
            sourceLocation: sourceLocation)
        return command
    }

    /// What `limpet status --json` says of an instance.
    func status(of instance: String = "portal-0@test") throws -> [String: Any] {
        let text = try run("status", "--json", "--history", instance).output
        let document = try JSONSerialization.jsonObject(with: Data(text.utf8)) as? [String: Any]
        return try #require((document?["instances"] as? [[String: Any]])?.first)
    }

    /// What is wanted of an instance.
    func wish(of instance: String = "portal-0@test") throws -> [String: String] {
        try #require(try status(of: instance)["administrative"] as? [String: String])
    }

    /// A cookie of a client that is pinned to a service.
    func cookie(of name: String) throws -> String {
        for _ in 0..<20 {
            let client = try gateway.connect()
            try client.send(request())
            let response = try client.readResponse()
            guard response.body.text == name, let field = response.fields["Set-Cookie"] else { continue }
            return String(field.prefix { $0 != ";" })
        }
        throw HarnessError.gateway("nobody came to \(name)", log: gateway.log)
    }

    /// Who answers a client with that cookie, or with none.
    func owner(_ cookie: String? = nil) throws -> String {
        let client = try gateway.connect()
        try client.send(request(fields: cookie.map { "Cookie: \($0)\r\n" } ?? ""))
        return try client.readResponse().body.text
    }

    func reload(_ change: (inout GatewayConfiguration) -> Void) throws {
        change(&configuration)
        try gateway.reload(with: configuration)
    }

    /// Ends the gateway, by TERM or by a kill, and starts another one at the same place.
    func restart(killing: Bool = false, _ change: (inout GatewayConfiguration) throws -> Void = { _ in })
        throws
    {
        if killing {
            gateway.kill()
        } else {
            #expect(try gateway.terminate() == .exited(0))
        }
        try? FileManager.default.removeItem(atPath: folder.file("notify"))
        configuration.listeners[0].origin = .opened(.ipv4(port: gateway.endpoints[0].port))
        try change(&configuration)
        gateway = try GatewayProcess(configuration, folder: folder)
        NamedService.waitForAll(upstreams.count, gateway)
    }
}

/// Runs `body` with a stage; afterwards the gateway must end in order.
func withControlStage(
    allowingErrors: Bool = false, sourceLocation: SourceLocation = #_sourceLocation,
    _ change: (inout GatewayConfiguration) -> Void = { _ in }, _ body: (ControlStage) throws -> Void
) throws {
    let stage = try ControlStage(change)
    defer { FailureWatch.current?.keep(stage.gateway.log) }
    try body(stage)
    #expect(try stage.gateway.terminate() == .exited(0), sourceLocation: sourceLocation)
    if !allowingErrors { #expect(stage.gateway.errorLines == [], sourceLocation: sourceLocation) }
    #expect(!FileManager.default.fileExists(atPath: stage.folder.file("control.sock")))
}
