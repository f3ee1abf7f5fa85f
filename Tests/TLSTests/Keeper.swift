import Platform
import TLS

/// A delegate that keeps sessions in a dictionary and carries a lineage, and notes what it is asked.
final class Keeper: HandshakeDelegate {
    struct Entry {
        var session: [UInt8]
        var lineage: [UInt8]
        var lifetime: UInt32
    }

    var contexts: [[UInt8]: ServerContext] = [:]
    var refusesUnknownNames = false
    var verdict = ResumeVerdict.resume
    var lifetime: UInt32 = 3600
    var lineage: [UInt8] = Array("lineage-of-client".utf8)
    var extraBytes = 0

    /// The sessions, with the association that they were kept with.
    private(set) var sessions: [[UInt8]: Entry] = [:]
    private(set) var names: [[UInt8]?] = []
    private(set) var written = 0
    private(set) var judged: [[UInt8]] = []
    private(set) var lookups = 0

    func forget() {
        sessions = [:]
    }

    /// Cuts all sessions short.
    func damageSessions() {
        sessions = sessions.mapValues { entry in
            var entry = entry
            entry.session.removeLast(5)
            return entry
        }
    }

    /// Sets the time at which all sessions began back by half a year: the DER's integer of four bytes under the
    /// tag [1] (`time` in OpenSSL's definition of the session).
    func makeSessionsOld() {
        sessions = sessions.mapValues { entry in
            var entry = entry
            let session = entry.session
            for index in 0..<session.count - 4 where session[index...].starts(with: [0xa1, 6, 2, 4]) {
                entry.session[index + 4] -= 1
            }
            return entry
        }
    }

    func startOver() {
        names = []
        written = 0
        judged = []
        lookups = 0
    }

    func selectContext(serverName: Span<UInt8>?, for connection: TLSConnection) -> ContextChoice {
        var name: [UInt8]?
        if let serverName { name = bytes(serverName) }
        names.append(name)
        if let name, let context = contexts[name] { return .use(context) }
        if refusesUnknownNames { return .refuse }
        return connection.context.map { .use($0) } ?? .refuse
    }

    func ticketLifetime(for connection: TLSConnection) -> UInt32 {
        lifetime
    }

    func writeApplicationData(for connection: TLSConnection, into output: inout OutputSpan<UInt8>) {
        written += 1
        for byte in lineage { output.append(byte) }
        for _ in 0..<extraBytes where !output.isFull { output.append(0xee) }
    }

    func judge(applicationData: Span<UInt8>, for connection: TLSConnection) -> ResumeVerdict {
        judged.append(bytes(applicationData))
        return verdict
    }

    func store(
        sessionID: Span<UInt8>, session: Span<UInt8>, lifetime: UInt32, for connection: TLSConnection
    ) {
        sessions[bytes(sessionID)] = Entry(session: bytes(session), lineage: lineage, lifetime: lifetime)
    }

    func load(sessionID: Span<UInt8>, for connection: TLSConnection) -> SessionLookup {
        lookups += 1
        guard let entry = sessions[bytes(sessionID)] else { return .unknown }
        judged.append(entry.lineage)
        return verdict == .resume ? .resume(SecretBytes(copying: entry.session.span)) : .refuse
    }

    private func bytes(_ span: Span<UInt8>) -> [UInt8] {
        span.indices.map { span[$0] }
    }
}
