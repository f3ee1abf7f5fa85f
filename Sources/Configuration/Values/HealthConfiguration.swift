/// How the instances of a service are probed.
public struct HealthConfiguration: Sendable, Equatable {
    /// What a probe does.
    public enum Probe: String, Sendable, CaseIterable {
        /// A GET, judged by its status.
        case http
        /// A TCP connection, and TLS on it where the service has that.
        case tcp
        /// A TLS handshake; certificates are judged where the service says how.
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

extension HealthConfiguration: ReadableSection {
    init(reading section: SectionReader) {
        self.init()
        // Who names a path means HTTP.
        if section.has("path") || section.has("expect") { type = .http }
        section.read("type", .word(), into: &type)
        section.read("path", .target, into: &path)
        section.read("host", .authority, into: &host)
        section.read("port", .port, into: &port)
        section.read("expect", listOf: .statuses, into: &expect)
        section.read("interval", .duration(.milliseconds(10) ... .seconds(3600)), into: &interval)
        section.read("timeout", .duration(.milliseconds(10) ... .seconds(3600)), into: &timeout)
        section.read("rise", .integer(1...1000), into: &rise)
        section.read("fall", .integer(1...1000), into: &fall)
        refuseKeysOfOtherTypes(section)
    }

    /// Reports keys that mean nothing for this type of probe.
    private func refuseKeysOfOtherTypes(_ section: SectionReader) {
        for key in ["path", "expect"] where type != .http && section.has(key) {
            section.context.refuse(
                "'\(key)' means something only for 'type: http', not for 'type: \(type.rawValue)'",
                at: section.position(of: key))
        }
        if type == .tcp, section.has("host") {
            section.context.refuse(
                "'host' means something only for 'type: http' and 'type: tls'",
                at: section.position(of: "host"))
        }
        if expect.isEmpty {
            section.context.refuse("'expect' needs at least one status", at: section.position(of: "expect"))
        }
    }
}
