public import Configuration
internal import Platform
public import TLS

/// TLS towards the instances of a service: what their certificates are judged by, and what they are shown. Checked and
/// immutable; files are read when it is made.
public struct ServiceSecurity: Sendable {
    /// The context of all connections.
    public let context: ClientContext
    private let configuration: ServiceTLSConfiguration

    /// What `configuration` says.
    /// - Parameters:
    ///   - configuration: of a service.
    ///   - protocols: the application protocols that are offered, in order of preference.
    ///   - needsProtocol: whether an instance has to agree on one of them.
    /// - Throws: ``TLSError`` with the file or the setting at fault.
    public init(
        _ configuration: ServiceTLSConfiguration, protocols: [[UInt8]], needsProtocol: Bool = false
    ) throws(TLSError) {
        self.configuration = configuration
        var settings = ClientSettings()
        settings.minimumVersion = configuration.minimumVersion == .tls13 ? .tls13 : .tls12
        settings.verifiesServer = configuration.isVerified
        settings.authorities = configuration.authorities
        settings.applicationProtocols = protocols
        settings.needsApplicationProtocol = needsProtocol
        if let certificate = configuration.certificate, let key = configuration.key {
            settings.certificate = CertificatePair(certificate: certificate, key: key)
        }
        context = try ClientContext(settings)
    }

    /// The names of the instance that the operator wrote that address of.
    public func names(of address: EndpointAddress) -> InstanceNames {
        let host: String? =
            switch address {
            case .name(let name, _): name.hasSuffix(".") ? String(name.dropLast()) : name
            case .socket(let address): address.ip.map { "\($0)" }
            case .descriptor, .systemd: nil
            }
        let expected = configuration.name ?? host
        return InstanceNames(
            expected: expected, server: configuration.serverName ?? expected.flatMap(InstanceNames.serverName)
        )
    }

    /// Whether sessions are resumed.
    public var isResumed: Bool { configuration.isResumed }
}
