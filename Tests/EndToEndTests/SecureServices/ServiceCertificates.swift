internal import TestSupport

/// Certificates of services, made for one test: `good` for `portal.internal` and 127.0.0.1, `other` for another name,
/// `old` that has expired, `stranger` by an authority that nobody knows, and `gateway` for us to show.
struct ServiceCertificates {
    let folder: TemporaryFolder

    private static let script = """
        set -e
        cd "$1"
        key() { openssl ecparam -name prime256v1 -genkey -noout -out "$1.key"; }
        authority() { key "$1"; openssl req -x509 -new -key "$1.key" -subj "/CN=$1" -days 2 -out "$1.pem"; }
        issue() {
            key "$1"
            openssl req -new -key "$1.key" -subj "/CN=$1" -out "$1.csr"
            echo "subjectAltName=$3" > "$1.ext"
            openssl x509 -req -in "$1.csr" -CA "$2.pem" -CAkey "$2.key" -CAcreateserial -days "$4" \\
                -extfile "$1.ext" -out "$1.pem"
        }
        authority ca
        authority nobody
        issue good ca DNS:portal.internal,IP:127.0.0.1 1
        issue other ca DNS:other.internal 1
        issue old ca DNS:portal.internal,IP:127.0.0.1 -1
        issue stranger nobody DNS:portal.internal,IP:127.0.0.1 1
        issue gateway ca DNS:gateway.internal 1
        """

    init() throws {
        folder = try TemporaryFolder()
        let made = try Command("bash", ["-c", Self.script, "certificates", folder.path])
        guard made.ending == .exited(0) else {
            throw HarnessError.gateway("openssl made no certificates", log: made.errors)
        }
    }

    /// The path of a file.
    func path(_ name: String) -> String { folder.file(name) }
}
