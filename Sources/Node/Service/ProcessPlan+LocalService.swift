internal import Configuration
internal import Platform

extension ProcessPlan {
    /// How the process of a service is started.
    ///
    /// - Parameters:
    ///   - configuration: its settings.
    ///   - identity: whom it runs as; nil: as we do.
    ///   - notifySocket: where it may speak.
    ///   - mark: by which its processes are known.
    ///   - output: what becomes its standard output and standard error.
    /// - Throws: ENOENT for a program that is not there.
    init(
        of configuration: LocalServiceConfiguration, as identity: ProcessIdentity?, notifySocket: String,
        mark: String, output: Int32
    ) throws(SystemError) {
        var environment = ProcessTable.environment
        for name in ["LISTEN_FDS", "LISTEN_PID", "LISTEN_FDNAMES", "WATCHDOG_PID", "WATCHDOG_USEC"] {
            environment[name] = nil
        }
        if let identity {
            environment["HOME"] = identity.home
            environment["USER"] = identity.name
            environment["LOGNAME"] = identity.name
        }
        environment.merge(configuration.environment) { _, ours in ours }
        environment["NOTIFY_SOCKET"] = notifySocket
        environment[ServiceRecord.variable] = mark
        if configuration.watchdog > .zero {
            environment["WATCHDOG_USEC"] = "\(configuration.watchdog.clampedNanoseconds / 1000)"
        }
        let program = try ProgramPath.find(configuration.run.first ?? "", among: environment["PATH"])
        self.init(path: program, arguments: configuration.run, environment: environment)
        directory = configuration.directory
        self.identity = identity
        self.output = output
        let bounds: [(Resource, Int?)] = [
            (.descriptors, configuration.limits.descriptors), (.addressSpace, configuration.limits.memory),
            (.processes, configuration.limits.processes), (.coreFile, configuration.limits.coreFile),
        ]
        for (resource, value) in bounds { limits[resource] = value.map { UInt64($0) } }
    }
}
