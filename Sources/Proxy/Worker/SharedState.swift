internal import Affinity
internal import Configuration
internal import Platform
internal import TLS

/// What all workers share and a reload keeps: pins, sessions, ticket keys, the cookie's key, and what is counted for the
/// operator.
final class SharedState: Sendable {
    let table: AssociationTable
    let sessions: SessionCache
    let ticketKeys: TicketKeyRing
    let cookieKey: AuthenticationKey
    let abuse = AbuseTally()
    /// What outlives the process; nil if nothing is to.
    let kept: KeyState?

    init(_ configuration: GatewayConfiguration) throws(GatewayError) {
        let keys = configuration.tls.ticketKeys
        kept = keys.state.map {
            KeyState(path: $0, sealedIn: keys.seal.map { [$0] } ?? SealSecret.usualFolders)
        }
        let pins = configuration.affinity.table
        table = AssociationTable(
            AssociationTableLimits(
                pins: pins.pins, memoryBytes: pins.memoryBytes, lifetime: configuration.affinity.lifetime),
            start: .now)
        let cache = configuration.tls.sessionCache
        sessions = SessionCache(SessionCacheLimits(sessions: cache.sessions, memoryBytes: cache.memoryBytes))
        do {
            ticketKeys = try TicketKeyRing(
                rotation: configuration.tls.ticketKeys.rotate, keptKeys: configuration.tls.ticketKeys.keep)
        } catch {
            throw .tls(error.description)
        }
        cookieKey = try Self.cookieKey(configuration.affinity.cookie, kept)
        kept?.restore(ticketKeys)
    }

    /// The key that signs cookies: from the configured file, or what was kept, or a random one.
    static func cookieKey(
        _ cookie: AffinityCookieConfiguration, _ kept: KeyState?
    ) throws(GatewayError) -> AuthenticationKey {
        guard let path = cookie.secret else { return kept.map { $0.cookieKey } ?? AuthenticationKey() }
        do {
            let secret = try SecretFile.read(path)
            return AuthenticationKey(SHA256.hash(secret.span).span)
        } catch {
            throw .cookieSecret("cannot read the cookie's secret \(path): \(error)")
        }
    }
}
