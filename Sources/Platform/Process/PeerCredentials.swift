internal import CLinux

/// Who is at the other end of a UNIX socket, as the kernel knows it (SO_PEERCRED of unix(7)).
public struct PeerCredentials: Hashable, Sendable {
    /// The process that made the connection, or listened for it.
    public let process: Int32
    /// Its user.
    public let user: UInt32

    /// Of the peer of a connected socket.
    public init(of number: Int32) throws(SystemError) {
        var peer = limpet_credentials()
        guard unsafe limpet_peer_credentials(number, &peer) == 0 else { throw .last("getsockopt") }
        process = peer.process
        user = peer.user
    }

    /// Whether it runs as we do, or as root.
    public var isTrusted: Bool { user == geteuid() || user == 0 }
}
