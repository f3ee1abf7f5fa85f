internal import COpenSSL

/// The library beneath.
public enum TLSLibrary {
    /// Makes handshakes cheaper: OpenSSL's memory goes around in free lists of each thread. To be called first of all, since
    /// OpenSSL takes another allocator only before its first allocation.
    ///
    /// - Returns: whether it is so; not in builds with a sanitizer, which have to see each allocation.
    @discardableResult
    public static func useFreeLists() -> Bool {
        FreeLists.install()
    }

    /// Its name and version, as it says them at run time, for example `OpenSSL 3.0.19 27 Jan 2026`.
    public static var version: String {
        guard let text = unsafe OpenSSL_version(OPENSSL_VERSION) else { return "OpenSSL" }
        return unsafe String(cString: text)
    }
}
