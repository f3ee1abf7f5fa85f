internal import TestSupport
internal import Testing

/// Runs `body` with a gateway; afterwards it must end in order when told to, leave no process behind, and have
/// nothing in its log that tells of an error.
@discardableResult
func withGateway<Result>(
    _ configuration: GatewayConfiguration, folder: TemporaryFolder? = nil, allowingErrors: Bool = false,
    sourceLocation: SourceLocation = #_sourceLocation, _ body: (GatewayProcess) throws -> Result
) throws -> Result {
    let gateway = try GatewayProcess(configuration, folder: folder)
    defer { FailureWatch.current?.keep(gateway.log) }
    let result = try body(gateway)
    let ending = try gateway.terminate()
    #expect(ending == .exited(0), "the gateway's end", sourceLocation: sourceLocation)
    #expect(!gateway.hasLeftProcesses, "children of the gateway", sourceLocation: sourceLocation)
    if !allowingErrors {
        #expect(gateway.errorLines == [], "errors in the log", sourceLocation: sourceLocation)
    }
    return result
}

/// A request with a Host and whatever else is given, and no body.
func request(_ method: String = "GET", _ target: String = "/", fields: String = "") -> String {
    "\(method) \(target) HTTP/1.1\r\nHost: limpet.test\r\n\(fields)\r\n"
}

/// A request with a body of known length.
func request(_ method: String, _ target: String, fields: String = "", body: String) -> String {
    request(method, target, fields: "Content-Length: \(body.utf8.count)\r\n\(fields)") + body
}
