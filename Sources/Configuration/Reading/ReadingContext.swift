/// What the reading of one file shares: where the file is, what was found wrong, and what was seen so far.
final class ReadingContext {
    /// The file as it was named to us.
    let file: String
    /// The names of the services, once they are read.
    var services: [String: SourcePosition] = [:]
    /// The names of services that a route leads to.
    var routedServices: Set<String> = []
    /// The names of services that speak HTTP/2.
    var streamServices: Set<String> = []
    /// Where listeners stand that terminate TLS.
    var terminatingListeners: [SourcePosition] = []
    /// Where the lifetime of tickets stands, if the file says one.
    var ticketLifetime: SourcePosition?
    /// Whether a listener serves requests, rather than to redirect all of them.
    var hasServingListener = false

    private var problems: [ConfigurationProblem] = []
    private var omittedProblems = 0
    private var warnings: [ConfigurationProblem] = []
    private var claims: [String: SourcePosition] = [:]

    /// Reading of a file of that name; relative paths start at its folder.
    init(file: String) {
        self.file = file
    }

    /// Records something that makes the configuration unusable.
    func refuse(_ message: @autoclosure () -> String, at position: SourcePosition) {
        guard problems.count < ConfigurationBounds.problems else {
            omittedProblems += 1
            return
        }
        problems.append(ConfigurationProblem(file: file, position: position, message: message()))
    }

    /// Records something that deserves a look.
    func warn(_ message: String, at position: SourcePosition) {
        guard warnings.count < ConfigurationBounds.warnings else { return }
        warnings.append(ConfigurationProblem(file: file, position: position, message: message))
    }

    /// Notes that something unique stands at a place, and answers where it stood before.
    func claim(_ kind: String, _ value: String, at position: SourcePosition) -> SourcePosition? {
        let name = "\(kind) \(value)"
        if let earlier = claims[name] { return earlier }
        claims[name] = position
        return nil
    }

    /// A path as seen from the program's working directory.
    func resolve(_ path: String) -> String {
        guard !path.hasPrefix("/"), let slash = file.lastIndex(of: "/") else { return path }
        return file[...slash] + path
    }

    /// The value if nothing was found wrong.
    func conclude(_ value: GatewayConfiguration) throws(ConfigurationError) -> GatewayConfiguration {
        guard problems.isEmpty else {
            throw .refused(problems: problems.sorted { $0.position < $1.position }, omitted: omittedProblems)
        }
        var value = value
        value.warnings = warnings.sorted { $0.position < $1.position }
        return value
    }
}
