internal import Platform
internal import TLS

/// The random number that seals a state file, and that no disk has: it lies in a file of ours alone in a folder in memory,
/// where it outlives the gateway and ends with the machine.
enum SealSecret {
    /// What lies where it should be is not ours alone, or cannot be used.
    struct Refusal: Error, CustomStringConvertible {
        let path: String
        let error: SystemError

        var description: String { "\(path): \(error)" }
    }

    /// How long it is.
    static let bytes = 32

    /// Where it lies if the configuration names no folder.
    static var usualFolders: [String] {
        ["/run/limpet"] + (ProcessTable.environment["XDG_RUNTIME_DIR"].map { ["\($0)/limpet"] } ?? [])
    }

    /// The one for the state file at `state`, which is made if there is none, in the first of `folders` that is in memory
    /// and ours; nil if none is.
    static func find(for state: String, in folders: [String]) throws(Refusal) -> SecretBytes? {
        guard let folder = folders.first(where: PrivateFile.makeFolderInMemory) else { return nil }
        let path = "\(folder)/\(name(for: state))"
        do {
            if let known = try read(path) { return known }
            if let fresh = try make(path) { return fresh }
            return try read(path)
        } catch {
            throw Refusal(path: path, error: error)
        }
    }

    /// Several gateways, each with its own state file, may share a folder.
    static func name(for state: String) -> String {
        var place = state
        if let slash = state.lastIndex(of: "/"),
            let folder = try? ProcessTable.absolutePath(String(state[...slash]))
        {
            place = folder + state[slash...]
        }
        let digest = SHA256.hash(Array(place.utf8).span)
        return "seal-" + String(digest.prefix, radix: 16)
    }

    private static func read(_ path: String) throws(SystemError) -> SecretBytes? {
        guard var found = try PrivateFile.read(path) else { return nil }
        defer { unsafe found.withUnsafeMutableBytes { unsafe SecretBytes.wipe($0) } }
        // EINVAL: whatever it is, we have not made it.
        guard found.count == bytes else { throw SystemError("read", number: 22) }
        return SecretBytes(copying: found.span)
    }

    /// A new one; nil if somebody else was faster.
    private static func make(_ path: String) throws(SystemError) -> SecretBytes? {
        var fresh = InlineArray<32, UInt8>(repeating: 0)
        var span = fresh.mutableSpan
        SecureRandom.fill(&span)
        let secret = SecretBytes(copying: span.span)
        unsafe span.withUnsafeMutableBytes { unsafe SecretBytes.wipe($0) }
        return try PrivateFile.create(path, with: secret.span) ? secret : nil
    }
}
