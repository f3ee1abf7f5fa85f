internal import COpenSSL

/// What OpenSSL reads and writes records in: 16.4 KiB for each direction of each connection, if nobody minds.
enum RecordBuffers {
    /// Gives back what a connection has of them, unless something in them was not used yet. It is dear: OpenSSL goes
    /// through the state of 32 records.
    static func free(_ ssl: OpaquePointer) {
        guard canBeFreed, unsafe SSL_has_pending(ssl) == 0 else { return }
        unsafe SSL_free_buffers(ssl)
    }

    /// Lets a connection have buffers only while there is something in them, from what is read or written next: then one
    /// that waits has none, and one that goes on gets what the last one has left, still warm.
    ///
    /// Not before the first response: what a handshake and a ticket leave for good would lie between buffers that come
    /// and go, and the holes would cost as much memory as they do.
    static func keepNone(_ ssl: OpaquePointer) {
        unsafe limpet_ssl_release_buffers(ssl)
    }

    /// Whether the library that is loaded frees buffers only when it may.
    private static let canBeFreed = areFreedSafely(in: OpenSSL_version_num())

    /// Whether `SSL_free_buffers` looks first whether a record has been read in part. Releases before those named here
    /// do not, and then use what they have freed (CVE-2024-4741). A version is as of `OpenSSL_version_num(3)`: `0xMNN00PP0`
    /// for major, minor and patch.
    static func areFreedSafely(in version: UInt) -> Bool {
        let patch = version &>> 4 & 0xff
        return switch (version &>> 28, version &>> 20 & 0xff) {
        case (0..<3, _): false
        case (3, 0): patch >= 14
        case (3, 1): patch >= 6
        case (3, 2): patch >= 2
        case (3, 3): patch >= 1
        default: true
        }
    }
}
