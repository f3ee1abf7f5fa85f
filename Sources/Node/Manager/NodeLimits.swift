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
    /// How long nothing is taken from a descriptor after there was no room for it.
    static let pause = Duration.milliseconds(100)
}
