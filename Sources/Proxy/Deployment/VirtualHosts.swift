internal import Affinity
internal import Configuration
internal import Platform
internal import TLS

/// A name under which clients find us, with its certificates and the conditions for resuming a session.
final class VirtualHost: Sendable {
    let context: ServerContext
    let policy: AssociationPolicy
    /// The one service that all paths lead to, if there is only one: its owner is reserved at the handshake.
    let soleService: ServiceKey?

    init(context: ServerContext, policy: AssociationPolicy, soleService: ServiceKey?) {
        self.context = context
        self.policy = policy
        self.soleService = soleService
    }
}

/// All virtual hosts: certificates with the same names make one, chosen by SNI.
final class VirtualHosts: Sendable {
    /// The host of the first certificate.
    let initial: VirtualHost
    /// What all of them are known by.
    private let hashes: Set<UInt64>
    private let table: ServerNameTable<VirtualHost>
    private let refusesUnknown: Bool
    private let isSingle: Bool
    /// Names that several hosts have, in a sentence each: the first one gets the clients.
    let sharedNames: [String]

    /// Loads the certificates; nil if there are none. `soleService` says which service alone some names lead to.
    init?(
        _ configuration: GatewayConfiguration, ticketKeys: TicketKeyRing,
        soleService: ([[UInt8]]) -> ServiceKey?
    ) throws(GatewayError) {
        let groups = try Self.groups(configuration.tls.certificates)
        var table = ServerNameTable<VirtualHost>()
        var first: VirtualHost?
        var hashes: Set<UInt64> = []
        for group in groups {
            let host = try Self.host(group, configuration, ticketKeys, soleService)
            first = first ?? host
            hashes.insert(host.policy.virtualHostHash)
            for name in group.names { table.insert(host, name: name) }
        }
        guard let first else { return nil }
        initial = first
        self.hashes = hashes
        self.table = table
        refusesUnknown = configuration.tls.unknownName == .alert
        isSingle = groups.count == 1
        sharedNames = Self.sharedNames(groups)
    }

    /// The virtual host for a server name; nil if the client must be refused.
    func host(for serverName: Span<UInt8>?) -> VirtualHost? {
        guard let serverName else { return initial }
        return table.match(serverName) ?? (refusesUnknown ? nil : initial)
    }

    /// Whether any request may come over any connection: there is but one host, and it is everybody's.
    var admitsAll: Bool { isSingle && !refusesUnknown }

    /// Whether a request for `name` may come over a connection to `connected`: not if the name is another virtual
    /// host's (RFC 9110 section 7.4). A name that is nobody's is the first host's, as in SNI: on the connection to another
    /// one nobody has shown that the gateway answers for it. Where SNI with such a name is refused, so is a request for
    /// it, unless the client has come without SNI. The connection may be older than these hosts: what makes them the same
    /// is their identity, not the object.
    func admits(_ name: Span<UInt8>, at connected: VirtualHost?, hasServerName: Bool) -> Bool {
        let refusesUnknown = refusesUnknown && hasServerName
        guard !isSingle || refusesUnknown, let connected else { return true }
        guard let named = table.match(name) ?? (refusesUnknown ? nil : initial) else { return false }
        return named === connected || named.policy.virtualHostHash == connected.policy.virtualHostHash
    }

    /// Whether what is known by `hash` is another virtual host than `host`. Where there is none of that hash, it was this
    /// one before its identity changed, or one that has gone.
    func isOther(_ hash: UInt64, than host: VirtualHost) -> Bool {
        hash != host.policy.virtualHostHash && hashes.contains(hash)
    }

    private struct Group {
        var names: [[UInt8]]
        var certificates: [CertificateConfiguration]
    }

    private static func groups(_ certificates: [CertificateConfiguration]) throws(GatewayError) -> [Group] {
        var groups: [Group] = []
        for certificate in certificates {
            var names = certificate.names.map { Array($0.utf8) }
            if names.isEmpty {
                do { names = try CertificateSummary(path: certificate.certificate).names } catch {
                    throw .tls(error.description)
                }
            }
            if let index = groups.firstIndex(where: { Set($0.names) == Set(names) }) {
                groups[index].certificates.append(certificate)
            } else {
                groups.append(Group(names: names, certificates: [certificate]))
            }
        }
        return groups
    }

    private static func sharedNames(_ groups: [Group]) -> [String] {
        var owners: [[UInt8]: String] = [:]
        var sentences: [String] = []
        for group in groups {
            let path = group.certificates[0].certificate
            for name in Set(group.names).sorted(by: { $0.lexicographicallyPrecedes($1) }) {
                guard let owner = owners[name] else {
                    owners[name] = path
                    continue
                }
                let text = String(decoding: name, as: UTF8.self)
                sentences.append("'\(text)' is a name of \(owner) and of \(path): the first one is used")
            }
        }
        return sentences
    }

    private static func host(
        _ group: Group, _ configuration: GatewayConfiguration, _ ticketKeys: TicketKeyRing,
        _ soleService: ([[UInt8]]) -> ServiceKey?
    ) throws(GatewayError) -> VirtualHost {
        let identity = VirtualHostIdentity(group.certificates)
        let pairs = group.certificates.map { CertificatePair(certificate: $0.certificate, key: $0.key) }
        var settings = ServerSettings(
            certificates: pairs, sessionContext: identity.sessionContext, ticketKeys: ticketKeys)
        settings.apply(configuration.tls)
        do {
            var policy = AssociationPolicy(
                virtualHostHash: identity.hash, policyHash: 0, epoch: configuration.tls.epoch,
                lifetime: configuration.affinity.lifetime)
            policy.resumes = configuration.tls.resumption != .off
            let context = try ServerContext(settings)
            return VirtualHost(
                context: context, policy: policy,
                soleService: soleService(group.names.isEmpty ? [[]] : group.names))
        } catch {
            throw .tls(error.description)
        }
    }
}

extension ServerSettings {
    /// Takes over what the configuration says.
    mutating func apply(_ tls: TLSConfiguration) {
        minimumVersion = tls.minimumVersion == .tls13 ? .tls13 : .tls12
        maximumVersion = tls.maximumVersion == .tls13 ? .tls13 : .tls12
        ciphers = tls.ciphers ?? Self.defaultCiphers
        cipherSuites = tls.cipherSuites ?? Self.defaultCipherSuites
        groups = tls.groups ?? Self.defaultGroups
        prefersServerOrder = tls.prefersServerOrder
        applicationProtocols = ApplicationProtocolName.all
        ticketLifetime = UInt32(clamping: tls.ticketLifetime.components.seconds)
        resumption =
            switch tls.resumption {
            case .off: .off
            case .stateless: .stateless
            case .stateful: .stateful
            case .both: .both
            }
    }
}
