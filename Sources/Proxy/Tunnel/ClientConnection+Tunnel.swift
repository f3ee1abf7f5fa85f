internal import Runtime
internal import TLS

extension ClientConnection {
    /// Whether the connection carries something other than HTTP: then an end in both directions may still have bytes
    /// before it.
    var isTunnel: Bool { exchange?.phase == .tunnel }

    /// Says that nothing more will come, and goes on reading: a close_notify if there is TLS, and the end of our direction.
    func endSending() {
        tls?.shutdown()
        transport.shutdownWriting()
    }
}
