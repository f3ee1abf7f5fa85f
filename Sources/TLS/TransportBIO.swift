internal import COpenSSL
internal import Runtime

/// The BIO between OpenSSL and the transport of a connection.
///
/// Reads come from what the transport has read ahead, writes are taken whole or, from a peer that floods, not at all. The BIO's data is the
/// connection, unretained: the connection frees the BIO before it goes.
enum TransportBIO {
    // Complete when it is made, never changed and never freed.
    private nonisolated(unsafe) static let method: OpaquePointer? = unsafe makeMethod()

    /// A BIO for `connection`; nil if OpenSSL has no memory.
    static func make(for connection: TLSConnection) -> OpaquePointer? {
        guard let method = unsafe method, let bio = unsafe BIO_new(method) else { return nil }
        unsafe BIO_set_data(bio, Unmanaged.passUnretained(connection).toOpaque())
        unsafe BIO_set_init(bio, 1)
        return unsafe bio
    }

    private static func makeMethod() -> OpaquePointer? {
        let type = BIO_get_new_index() | BIO_TYPE_SOURCE_SINK
        guard let method = unsafe BIO_meth_new(type, "limpet transport") else { return nil }
        unsafe BIO_meth_set_read(method) { bio, bytes, count in
            guard let data = unsafe BIO_get_data(bio) else { return -1 }
            let buffer = unsafe UnsafeMutableRawBufferPointer(start: bytes, count: Int(count))
            unsafe limpet_bio_clear_retry(bio)
            let received = unsafe Unmanaged<TLSConnection>.fromOpaque(data)._withUnsafeGuaranteedRef {
                unsafe $0.feed(buffer)
            }
            if received == TLSConnection.wouldBlock { unsafe limpet_bio_retry_read(bio) }
            return received
        }
        unsafe BIO_meth_set_write(method) { bio, bytes, count in
            guard let data = unsafe BIO_get_data(bio) else { return -1 }
            let buffer = unsafe UnsafeRawBufferPointer(start: bytes, count: Int(count))
            unsafe limpet_bio_clear_retry(bio)
            let isTaken = unsafe Unmanaged<TLSConnection>.fromOpaque(data)._withUnsafeGuaranteedRef {
                unsafe $0.send(buffer)
            }
            return isTaken ? count : -1
        }
        unsafe BIO_meth_set_ctrl(method) { _, command, _, _ in
            // A flush has nothing to do: the transport sends by itself, or when it is uncorked.
            command == BIO_CTRL_FLUSH ? 1 : 0
        }
        return unsafe method
    }
}
