internal import Platform

/// A named application behind the gateway.
public struct ServiceConfiguration: Sendable, Equatable {
    /// How a new lineage finds its owner.
    public enum Balance: String, Sendable, CaseIterable {
        /// Smooth weighted round-robin.
        case roundRobin = "round-robin"
        /// The one of two random instances that has fewer requests in flight for its weight.
        case leastRequests = "least-requests"
        /// The instance with the fewest live pins for its weight.
        case leastSessions = "least-sessions"
        /// By the hash of the lineage.
        case consistentHash = "consistent-hash"
    }

    /// What a service speaks.
    public enum Speech: String, Sendable, CaseIterable {
        /// HTTP/1.1.
        case http1 = "h1"
        /// HTTP/2 within TLS, where an instance has to agree on it.
        case http2 = "h2"
        /// HTTP/2 without TLS, by prior knowledge.
        case plainHTTP2 = "h2c"
        /// Within TLS what each instance chooses, without TLS HTTP/1.1.
        case agreed = "auto"
    }

    /// The name, unique in the configuration.
    public var name: String
    /// How a new lineage finds its owner.
    public var balance = Balance.leastRequests
    /// What its instances speak.
    public var speech = Speech.http1
    /// How its instances are probed.
    public var health = HealthConfiguration()
    /// What is learned from the traffic itself.
    public var passive = PassiveHealthConfiguration()
    /// How requests wait for an owner that is starting.
    public var hold = HoldConfiguration()
    /// How long a new instance takes to get its full share, counted from the end of hold; zero: none.
    public var slowStart = Duration.zero
    /// How long pinned clients still reach a draining instance, from the moment that draining began.
    public var drain = Duration.seconds(300)
    /// The connections to its instances.
    public var pool = PoolConfiguration()
    /// How TLS is spoken with its instances; nil: it is not.
    public var tls: ServiceTLSConfiguration?
    /// How long its exchanges may take, where that differs from other services.
    public var timeouts = ServiceTimeoutConfiguration()
    /// How often a request is sent again, where that is safe.
    public var retries = 2
    /// The platform services; at least one.
    public var instances: [InstanceConfiguration] = []

    /// Whether its instances may speak HTTP/2.
    public var mayBeHTTP2: Bool {
        switch speech {
        case .http1: false
        case .http2, .plainHTTP2: true
        case .agreed: tls != nil
        }
    }

    /// A service of defaults, without instances.
    public init(name: String) {
        self.name = name
    }
}

extension ServiceConfiguration: ReadableSection {
    /// How clients reach a service.
    enum Access: String, CaseIterable {
        case web
    }

    /// Reads all but the name, which is the key that the section stands under.
    init(reading section: SectionReader) {
        self.init(name: "")
        let vpn = "'access: vpn' is not built yet: use 'web'"
        _ = section.value("access", ScalarFormat<Access>.word(unbuilt: ["vpn": vpn]))
        section.read("balance", .word(), into: &balance)
        section.read("protocol", .word(), into: &speech)
        section.read("health", into: &health)
        refuseMismatches(section)
        section.read("passive", into: &passive)
        section.read("hold", into: &hold)
        section.read("slow-start", .duration(.zero ... .seconds(86_400)), into: &slowStart)
        section.read("drain", .duration(.zero ... .seconds(30 * 86_400)), into: &drain)
        section.read("pool", into: &pool)
        section.read("tls", into: &tls)
        section.read("timeouts", into: &timeouts)
        section.read("retries", .integer(0...10), into: &retries)
        readInstances(section)
    }

    /// Reports what does not go with the protocol.
    private func refuseMismatches(_ section: SectionReader) {
        let place = section.position(of: "protocol")
        if speech == .plainHTTP2, section.has("tls") {
            section.context.refuse(
                "'protocol: h2c' is HTTP/2 without TLS: use 'h2', or leave 'tls' out", at: place)
        }
        if speech == .http2, !section.has("tls") {
            section.context.refuse("'protocol: h2' is HTTP/2 within TLS: add 'tls', or use 'h2c'", at: place)
        }
        guard speech == .http2 || speech == .plainHTTP2, health.type == .http else { return }
        section.context.refuse(
            "probes of 'type: http' speak HTTP/1.1, and '\(section.name)' does not: use 'type: tcp'",
            at: section.position(of: "health"))
    }

    private mutating func readInstances(_ section: SectionReader) {
        let context = section.context
        var places: [EndpointAddress: SourcePosition] = [:]
        for (instance, place) in section.sections("instances", limit: ConfigurationBounds.instances)
            as [(InstanceConfiguration, SourcePosition)]
        {
            instances.append(instance)
            guard instance.address != .descriptor(-1) else { continue }
            if let earlier = places[instance.address] {
                context.refuse(
                    "'\(instance.id)' has the address \(instance.address) of the instance at \(earlier)",
                    at: place)
            }
            places[instance.address] = places[instance.address] ?? place
            refuseNameless(instance, at: place, context)
        }
        if instances.isEmpty {
            context.refuse(
                "'\(section.name)' needs at least one instance", at: section.position(of: "instances"))
        } else if instances.allSatisfy({ $0.weight == 0 }) {
            context.warn(
                "every instance of '\(section.name)' has the weight 0: no new session finds an owner",
                at: section.position(of: "instances"))
        }
    }

    /// A certificate is verified for a name, and a path is none.
    private func refuseNameless(
        _ instance: InstanceConfiguration, at place: SourcePosition, _ context: ReadingContext
    ) {
        guard let tls, tls.isVerified, tls.name == nil, case .socket(let address) = instance.address,
            address.ip == nil
        else { return }
        context.refuse(
            "'\(instance.id)' has no host that its certificate could bear: 'tls' needs the key 'name'",
            at: place)
    }
}
