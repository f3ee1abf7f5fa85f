internal import Platform

/// How much the interface monitor keeps, and how long it waits.
enum InterfaceLimits {
    /// Links that are known; a machine with containers may have thousands.
    static let links = 16_384
    /// Addresses that are known.
    static let addresses = 65_536
    /// Hosts of a side whose networks are looked for.
    static let hosts = 4096
    /// The longest datagram of the kernel, in bytes.
    static let datagramBytes = 64 << 10
    /// How many datagrams are read in one turn; what is left brings the next turn at once.
    static let datagramsPerTurn = 64
    /// How often a dump that has changed while it was told is asked for again at once.
    static let repetitions = 8
    /// How long the kernel may take over a dump.
    static let dumpTime = Duration.seconds(5)
    /// How long to wait before everything is asked for again, where that has happened lately.
    static let pause = Duration.milliseconds(100)
    /// How often everything is asked for again, in case something was missed.
    static let refresh = Duration.seconds(60)
    /// How long after a change of links it is asked how those are that matter: the kernel tells of at most one change of a carrier
    /// in a second, and keeps others back meanwhile.
    static let vigilance = Duration.milliseconds(1200)
    /// How often it is asked in that time.
    static let lookInterval = Duration.milliseconds(50)
    /// About how many links it is asked.
    static let lookedAtLinks = 64
    /// How many reasons a side names.
    static let reasons = 4
}
