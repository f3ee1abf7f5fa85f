internal import Configuration
internal import TLS

/// What a virtual host is known by, in its tickets and sessions and from one deployment to the next: the `names` of its
/// certificates where they are given, else the path of its first certificate as the configuration has it.
///
/// Never what a certificate says: a renewed one may bear other names, and no session shall end of that. The first path
/// and not all of them, so that an RSA certificate can join the ECDSA one. No two hosts have the same: certificates for
/// the same names make one host, so do those of one file, and a name is never taken for a path. Whatever else changes it
/// (other `names`, another first certificate) costs a full handshake, but no pin: see `VirtualHosts.isOther`.
struct VirtualHostIdentity: Hashable, Sendable {
    private let digest: Digest

    /// The identity of the host that has these certificates, in the order of the configuration.
    init(_ certificates: [CertificateConfiguration]) {
        let names = Set(certificates.flatMap(\.names)).sorted()
        let parts = names.isEmpty ? ["path"] + certificates.prefix(1).map(\.writtenPath) : ["names"] + names
        digest = SHA256.hash(Array(parts.map { Array($0.utf8) }.joined(separator: [0])).span)
    }

    /// What association data name the host by.
    var hash: UInt64 { digest.prefix }

    /// What sets its sessions apart from those of all other hosts.
    var sessionContext: [UInt8] { digest.storage.indices.map { digest.storage[$0] } }
}
