/// How the instances of a service are probed.
public struct HealthConfiguration: Sendable, Equatable {
    /// What a probe does.
    public enum Probe: String, Sendable, CaseIterable {
        /// A GET, judged by its status.
        case http
        /// A TCP connection.
        case tcp
        /// A TLS handshake; certificates are not judged.
        case tls
    }

    /// What a probe does.
    public var type = Probe.tcp
    /// The target of an HTTP probe.
    public var path = "/"
    /// The `Host` of an HTTP probe and the server name of a TLS probe; nil: the instance's address, no server name.
    public var host: String?
    /// The port to probe; nil: the instance's own.
    public var port: UInt16?
    /// The statuses that count as success in an HTTP probe.
    public var expect: [ClosedRange<Int>] = [200...399]
    /// From the start of a probe to the next one.
    public var interval = Duration.seconds(1)
    /// How long a probe may take.
    public var timeout = Duration.seconds(1)
    /// How many successes in a row make an instance running.
    public var rise = 2
    /// How many failures in a row make it not running.
    public var fall = 3

    /// A TCP connection each second.
    public init() {}
}
