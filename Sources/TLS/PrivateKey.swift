internal import COpenSSL

/// A private key from a PEM file, held by OpenSSL: its bytes never pass through memory of ours.
@safe
final class PrivateKey {
    let pointer: OpaquePointer

    init(path: String) throws(TLSError) {
        ErrorQueue.clear()
        guard let file = unsafe BIO_new_file(path, "r") else {
            throw .file(path: path, cause: ErrorQueue.takeSentence())
        }
        defer { unsafe BIO_free(file) }
        var wasAsked = false
        let key = unsafe withUnsafeMutablePointer(to: &wasAsked) { asked in
            unsafe PEM_read_bio_PrivateKey(
                file, nil,
                { _, _, _, asked in
                    unsafe asked?.assumingMemoryBound(to: Bool.self).pointee = true
                    return -1
                }, asked)
        }
        guard let key = unsafe key else {
            let code = ErrorQueue.takeFirst()
            if wasAsked { throw .file(path: path, cause: "the private key is encrypted") }
            if limpet_error_library(code) == ERR_LIB_PEM || limpet_error_library(code) == ERR_LIB_OSSL_DECODER
            {
                throw .file(path: path, cause: "no private key in PEM form")
            }
            throw .file(path: path, cause: ErrorQueue.sentence(for: code))
        }
        unsafe pointer = key
    }

    deinit {
        unsafe EVP_PKEY_free(pointer)
    }
}
