/// What is to be done for a service, as its machine decides.
enum ServiceAction: Hashable, Sendable {
    /// Start its process; then tell the machine `started` or `startFailed`.
    case start
    /// Send this signal to the main process.
    case signal(Int32)
    /// Kill all processes of the service.
    case killAll
    /// Kill what the main process has left behind.
    case sweep
    /// Tell those who listen: something has changed.
    case report
}
