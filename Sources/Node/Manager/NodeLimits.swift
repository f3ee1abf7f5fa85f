/// How large anything in this module may become, and how often what is regular happens.
enum NodeLimits {
    /// How many messages of services are read before others have their turn.
    static let messagesPerTurn = 64
    /// How often those who listen hear that the manager lives.
    static let heartbeat = Duration.milliseconds(500)
    /// How many messages of strangers are told of, in a minute.
    static let strangersToldOf = 10
    /// How many children are buried before others have their turn.
    static let childrenPerTurn = 64
    /// How often, for one service, the environment of a process is searched in a second.
    static let markChecksPerSecond = 16
    /// How often it is looked for what services have left behind, at most.
    static let sweepInterval = Duration.milliseconds(100)
    /// How long the end of a manager waits for the end of all that descends from it.
    static let lastSweep = Duration.seconds(2)
    /// By how much a turn of the loop is late before that counts as an absence.
    static let lateness = Duration.milliseconds(100)
    /// How long after an absence what services have said may still be on its way: who waited to say it must run first.
    static let afterAbsence = Duration.seconds(1)
    /// How many times in a row the watchdog of a service that says nothing begins anew because we could not hear all in time.
    static let reprieves = 3
    /// How long nothing is taken from a descriptor after there was no room for it.
    static let pause = Duration.milliseconds(100)
}
