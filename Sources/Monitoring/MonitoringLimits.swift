/// How large anything in this module may become.
public enum MonitoringLimits {
    /// How much of a probe's answer is read, in bytes.
    public static let probeResponseBytes = 16 << 10
    /// How many status transitions of an instance are remembered.
    public static let transitions = 16
    /// How many addresses of a name are kept.
    public static let addressesPerName = 16
    /// How many names are being looked up at the same time; the others wait in line.
    public static let lookUpsInFlight = 64
    /// How often one readiness of a name server's socket is followed by another read in the same batch.
    public static let readsPerReadiness = 64
    /// The shortest time after which a name is looked up again, whatever its TTL.
    public static let shortestNameLife = Duration.seconds(5)
    /// The longest time for which the addresses of a name are used, whatever its TTL.
    public static let longestNameLife = Duration.seconds(300)
    /// The longest time for which the share of errors keeps an instance away, whatever its probes say.
    public static let longestQuarantine = Duration.seconds(300)
    /// How long failed connections to a service that a node manager answers for are not held against it: the manager, which
    /// sees the process itself, has the first word.
    public static let managerPatience = Duration.milliseconds(200)
    /// How long failing probes are no news to a service of whose process the node manager has not said anything yet: it may be
    /// about to start both.
    static let firstWordPatience = Duration.seconds(5)
    /// The shortest time between the end of a probe and the next one.
    public static let shortestProbePause = Duration.milliseconds(20)
    /// The first probes of the instances follow each other at this distance at most.
    public static let probeStagger = Duration.milliseconds(20)
}
