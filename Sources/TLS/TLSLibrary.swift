internal import COpenSSL

/// The library beneath.
public enum TLSLibrary {
    /// Its name and version, as it says them at run time, for example `OpenSSL 3.0.19 27 Jan 2026`.
    public static var version: String {
        guard let text = unsafe OpenSSL_version(OPENSSL_VERSION) else { return "OpenSSL" }
        return unsafe String(cString: text)
    }
}
