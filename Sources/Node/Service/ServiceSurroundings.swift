internal import Platform
internal import Runtime

/// What a platform service needs of the node manager that it belongs to.
struct ServiceSurroundings {
    let loop: EventLoop
    /// The manager's folder, by its absolute path.
    let directory: String
    /// What services find in `NOTIFY_SOCKET`.
    let notifySocket: String
    /// How large a log becomes, and how many older ones are kept.
    let logBytes: Int
    let logFiles: Int
    /// Whether a process is the main one of a service.
    let isMain: (Int32) -> Bool
    /// Hears what services have said, and tells whether that is all.
    let listenOnce: () -> ServiceEar.Hearing
    /// Called when a service's report, state or process has changed.
    let changed: (PlatformService) -> Void
    /// Called with what an operator should know.
    let observe: (NodeEvent) -> Void
}
