internal import ArgumentParser
internal import Demonstration

/// `limpet demo-service`: a small platform service to try the gateway with.
struct DemoServiceCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "demo-service", abstract: "Run a small HTTP service that says who it is.",
        discussion: """
            GET /healthz answers 200 as soon as the service is ready, /bytes/N answers N bytes, every other path the \
            service identity and the process. TERM and INT end it.
            """)

    @Option(help: "Where to listen: ADDRESS:PORT, unix:PATH or fd:N.")
    var listen: String

    @Option(help: "The service identity, NAME@NODE.")
    var identity: String

    @Option(help: "For how long it answers 503 before it is ready, for example 2s or 500ms.")
    var startDelay: String = "0s"

    private var settings: DemoServiceSettings? {
        guard let place = DemoServiceSettings.Place(listen), let delay = Self.duration(startDelay) else {
            return nil
        }
        return DemoServiceSettings(place: place, identity: identity, startDelay: delay)
    }

    func validate() throws {
        guard DemoServiceSettings.Place(listen) != nil else {
            throw ValidationError("'\(listen)' is no place to listen at")
        }
        guard Self.duration(startDelay) != nil else {
            throw ValidationError("'\(startDelay)' is no duration")
        }
        guard settings != nil else { throw ValidationError("'\(identity)' is no service identity NAME@NODE") }
    }

    func run() throws {
        guard let settings else { throw ExitCode.validationFailure }
        do {
            try DemoService.run(settings)
        } catch {
            throw Refusal.of(error)
        }
    }

    /// Whole seconds or milliseconds, an hour at most.
    private static func duration(_ text: String) -> Duration? {
        let isFine = text.hasSuffix("ms")
        guard isFine || text.hasSuffix("s"), let number = Int(text.dropLast(isFine ? 2 : 1)), number >= 0
        else {
            return nil
        }
        let duration: Duration = isFine ? .milliseconds(number) : .seconds(number)
        return number <= 3_600_000 && duration <= .seconds(3600) ? duration : nil
    }
}
