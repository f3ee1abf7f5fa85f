internal import COpenSSL

/// Sessions as DER, OpenSSL's own encoding of them.
enum SessionEncoding {
    /// Encodes a session for the duration of `body`; the bytes are wiped afterwards.
    static func withEncoded(_ session: OpaquePointer, _ body: (Span<UInt8>) -> Void) {
        let count = Int(unsafe i2d_SSL_SESSION(session, nil))
        guard count > 0 else { return }
        unsafe withUnsafeTemporaryAllocation(of: UInt8.self, capacity: count) { room in
            var end = room.baseAddress
            defer { unsafe OPENSSL_cleanse(room.baseAddress, count) }
            guard unsafe i2d_SSL_SESSION(session, &end) == count else { return }
            unsafe body(UnsafeBufferPointer(room).span)
        }
    }

    /// The session of an encoding, owned by the caller; nil if it is none.
    static func decode(_ bytes: Span<UInt8>) -> OpaquePointer? {
        unsafe bytes.withUnsafeBufferPointer { buffer in
            var start = buffer.baseAddress
            guard let session = unsafe d2i_SSL_SESSION(nil, &start, buffer.count) else {
                ErrorQueue.clear()
                return nil
            }
            return unsafe session
        }
    }
}
