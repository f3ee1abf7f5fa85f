internal import Configuration

extension LocalServiceConfiguration {
    /// Whether a process that was started by `other` is as one would be that is started by this.
    func startsProcess(like other: LocalServiceConfiguration) -> Bool {
        run == other.run && user == other.user && group == other.group && directory == other.directory
            && environment == other.environment && limits == other.limits
            // It finds that in its environment.
            && watchdog == other.watchdog
    }
}
