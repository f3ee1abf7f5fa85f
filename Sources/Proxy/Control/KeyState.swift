internal import Platform
internal import TLS

/// The keys that must outlive the process for sessions to resume after a restart or a crash: those of the tickets, and
/// that of the cookies. They lie in a file of our user alone, sealed under what no disk has.
final class KeyState: Sendable {
    private static let context = Array("limpet key state 1".utf8)
    private static let seedBytes = 32

    private struct Saved {
        var version: UInt64?
        var hasFailed = false
    }

    private let path: String
    private let seed: SecretBytes
    private let rest: SecretBytes?
    /// What seals the file, beside the boot ID; nil where there is no place for it.
    private let secret: SecretBytes?
    /// Why nothing is written: the file, or what seals it, is somebody else's.
    private let refusal: String?
    private let saved = Lock(Saved())

    /// What an operator should know of how the file is sealed; nil if all is as it should be.
    let warning: String?

    /// Takes what the file at `path` has, or begins anew. What seals it lies in one of `folders`.
    init(path: String, sealedIn folders: [String]) {
        self.path = path
        var (found, secret): (SecretBytes?, SecretBytes?)
        var (refusal, warning): (String?, String?)
        do throws(SealSecret.Refusal) {
            let sealed = try Self.read(path)
            secret = try SealSecret.find(for: path, in: folders)
            if secret == nil { warning = Self.warning(path, folders) }
            if let sealed, let key = Self.key(secret) {
                found = SealedBytes.open(sealed.span, under: key, context: Self.context.span)
            }
        } catch {
            refusal = error.description
        }
        (self.secret, self.refusal, self.warning) = (secret, refusal, warning)
        if let found, found.count > Self.seedBytes {
            seed = SecretBytes(copying: found.span.extracting(0..<Self.seedBytes))
            rest = SecretBytes(copying: found.span.extracting(Self.seedBytes..<found.count))
        } else {
            var bytes = InlineArray<32, UInt8>(repeating: 0)
            var span = bytes.mutableSpan
            SecureRandom.fill(&span)
            seed = SecretBytes(copying: span.span)
            unsafe span.withUnsafeMutableBytes { unsafe SecretBytes.wipe($0) }
            rest = nil
        }
    }

    /// The key of cookies: the same as before the restart.
    var cookieKey: AuthenticationKey {
        let seed = seed
        return AuthenticationKey(seed.span)
    }

    /// Gives `ring` the keys that were kept.
    func restore(_ ring: TicketKeyRing) {
        if let rest { _ = ring.restore(rest.span) }
    }

    /// Keeps the keys of `ring`, if they have changed since; why that cannot be done, told once.
    func save(_ ring: TicketKeyRing) -> String? {
        saved.withLock { saved in
            let version = ring.version
            guard saved.version != version else { return nil }
            let reason = write(ring)
            defer { saved.hasFailed = reason != nil }
            guard let reason else {
                saved.version = version
                return nil
            }
            return saved.hasFailed ? nil : reason
        }
    }

    private func write(_ ring: TicketKeyRing) -> String? {
        // Somebody else's file is left alone.
        if let refusal { return refusal }
        guard let key = Self.key(secret) else { return "the machine has no boot ID" }
        let (seed, snapshot) = (seed, ring.snapshot())
        var plain: [UInt8] = []
        plain.reserveCapacity(seed.count + snapshot.count)
        for index in 0..<seed.count { plain.append(seed.span[index]) }
        for index in 0..<snapshot.count { plain.append(snapshot.span[index]) }
        defer { unsafe plain.withUnsafeMutableBytes { unsafe SecretBytes.wipe($0) } }
        guard let sealed = SealedBytes.seal(plain.span, under: key, context: Self.context.span) else {
            return "OpenSSL cannot seal them"
        }
        do {
            // What it holds is of no use after the machine has lost its power.
            try PrivateFile.replace(path, with: sealed.span, isDurable: false)
            return nil
        } catch {
            return "\(path): \(error)"
        }
    }

    private static func read(_ path: String) throws(SealSecret.Refusal) -> [UInt8]? {
        do { return try PrivateFile.read(path) } catch { throw SealSecret.Refusal(path: path, error: error) }
    }

    private static func warning(_ path: String, _ folders: [String]) -> String {
        "\(path) is sealed under the boot ID alone, which logs may hold: whoever gets the disk can open it, and read "
            + "what was recorded of TLS sessions. There is no folder of ours in memory (tmpfs): "
            + (folders.isEmpty ? "none is known" : folders.joined(separator: ", "))
            + "; name one as tls.ticket-keys.seal"
    }

    /// The key of the file: made of a random number that changes with each start of the machine, and of one that lies in
    /// memory only, so that a copy of the file on a disk or in a backup is worth nothing later. The first alone would not
    /// do: journald writes it with each line of its logs.
    private static func key(_ secret: SecretBytes?) -> Digest? {
        guard let boot = ProcessTable.bootIdentifier, boot.count >= 32 else { return nil }
        var material = context + boot
        material.reserveCapacity(material.count + SealSecret.bytes)
        if let secret {
            for index in 0..<secret.count { material.append(secret.span[index]) }
        }
        defer { unsafe material.withUnsafeMutableBytes { unsafe SecretBytes.wipe($0) } }
        return SHA256.hash(material.span)
    }
}
