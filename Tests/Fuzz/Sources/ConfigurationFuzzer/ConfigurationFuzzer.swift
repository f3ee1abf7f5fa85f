internal import CFuzzer
internal import Configuration

/// A libFuzzer program: it reads any bytes as a configuration. Whatever they are, the answer is a value or
/// its problems.
@main
struct ConfigurationFuzzer {
    static func main() {
        _ = unsafe limpet_fuzz(CommandLine.argc, CommandLine.unsafeArgv) { start, count in
            let bytes = unsafe UnsafeBufferPointer(start: start, count: count)
            unsafe read(String(decoding: bytes, as: UTF8.self))
            return 0
        }
    }
}

private func read(_ text: String) {
    do {
        check(try GatewayConfiguration.parse(text, file: "fuzz/limpet.yaml"))
    } catch {
        check(error)
    }
}

/// What every configuration promises to those who use it.
private func check(_ configuration: GatewayConfiguration) {
    precondition(!configuration.listeners.isEmpty, "a configuration without listeners")
    precondition(configuration.warnings.count <= ConfigurationBounds.warnings, "too many warnings")
    precondition(
        configuration.limits.targetBytes <= configuration.limits.headBytes, "a target beyond its head")
    for service in configuration.services {
        precondition(!service.instances.isEmpty, "a service without instances")
        precondition(service.instances.allSatisfy { $0.id.contains("@") }, "an instance without its node")
    }
    for route in configuration.routes {
        guard case .service(let name) = route.action else { continue }
        precondition(configuration.service(named: name) != nil, "a route to nowhere")
    }
}

/// What every refusal promises: at least one problem, each in one line and with a place.
private func check(_ error: ConfigurationError) {
    guard case .refused(let problems, let omitted) = error else {
        preconditionFailure("a text that cannot be read")
    }
    precondition(
        !problems.isEmpty && problems.count <= ConfigurationBounds.problems, "problems out of bounds")
    precondition(
        omitted == 0 || problems.count == ConfigurationBounds.problems, "problems left out for nothing")
    for problem in problems {
        precondition(problem.position >= .start, "a problem without a place")
        let isOneLine = problem.message.utf8.allSatisfy { $0 >= 0x20 && $0 != 0x7f }
        precondition(isOneLine, "a problem with control characters")
    }
}
