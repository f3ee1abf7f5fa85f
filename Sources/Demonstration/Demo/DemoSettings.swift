/// What the demonstration is told.
public struct DemoSettings: Sendable {
    /// Clients of each kind.
    public var clients = 15
    /// How often each of them comes.
    public var connections = 30
    /// Whether it stays up afterwards, until INT.
    public var stays = false
    /// Where configurations, logs and copies of the certificates go; nil: a folder that is removed at the end.
    public var directory: String?
    /// The folder with the development certificates; the script that made them stands beside it.
    public var certificates = "certs/dev"
    /// The program that serves as gateway and as services: `limpet` itself.
    public var executable: String

    /// The defaults.
    public init(executable: String) {
        self.executable = executable
    }
}
