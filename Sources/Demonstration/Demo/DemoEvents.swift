/// What happened to the gateways and the services while the clients came.
struct DemoEvents: Sendable {
    /// The service that was stopped and started again.
    var stopped = ""
    /// The certificate before and after it was changed, as clients saw it (SHA-256).
    var certificates: [[UInt8]] = []
    /// The process of the stopped service before and after.
    var incarnations: [String] = []
}
