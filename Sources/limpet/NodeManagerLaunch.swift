internal import Configuration
internal import Platform

/// Starts `limpet node-manager` beside a gateway, in a session of its own, so that it outlives whoever started it.
enum NodeManagerLaunch {
    /// What a service manager has said to the gateway alone.
    private static let notForIt = [
        "NOTIFY_SOCKET", "WATCHDOG_PID", "WATCHDOG_USEC", "LISTEN_PID", "LISTEN_FDS", "LISTEN_FDNAMES",
    ]

    static func start(
        _ program: String, configuration path: String, _ configuration: NodeManagerConfiguration
    ) throws {
        try PrivateFile.makeFolder(configuration.directory, permissions: 0o711)
        let log = configuration.directory + "/node-manager.log"
        var environment = ProcessTable.environment
        for name in notForIt { environment[name] = nil }
        var plan = ProcessPlan(
            path: program,
            arguments: [
                "limpet", "node-manager", "--configuration", path, "--directory", configuration.directory,
                "--log-file", log,
            ],
            environment: environment)
        plan.isDetached = true
        _ = try plan.start()
    }
}
