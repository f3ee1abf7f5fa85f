import Glibc

/// Certificates for tests, made by the `openssl` command in a folder of their own, once a process.
struct Authority: Sendable {
    static let shared = Result { try Authority() }

    /// What is made: two authorities, one below the other, leaves of both kinds of keys, and files with faults.
    private static let script = """
        set -e
        cd "$FOLDER"
        key() { openssl ecparam -name prime256v1 -genkey -noout -out "$1.key"; }
        issue() {
            openssl req -new -key "$1.key" -subj "/CN=$1" -out "$1.csr"
            echo "$3" > "$1.ext"
            openssl x509 -req -in "$1.csr" -CA "$2.pem" -CAkey "$2.key" -CAcreateserial -days 20 \
                -extfile "$1.ext" -out "$1.pem"
        }
        key root; key middle; key ec; key other
        openssl genrsa -out rsa.key 2048
        openssl req -x509 -new -key root.key -subj /CN=root -days 30 -out root.pem
        issue middle root basicConstraints=critical,CA:TRUE
        issue ec middle 'subjectAltName=DNS:one.test,DNS:*.Wild.test,IP:127.0.0.1'
        issue rsa root subjectAltName=DNS:one.test
        issue other root subjectAltName=DNS:two.test
        key partial; key one.test
        issue partial root 'subjectAltName=DNS:p*.test'
        issue one.test root 'subjectAltName=email:a@b.test'
        openssl ec -in ec.key -aes128 -passout pass:secret -out locked.key
        cat ec.pem middle.pem > chain.pem
        cat ec.pem root.pem > gap.pem
        : > empty.pem
        echo 'this is no certificate' > text.pem
        head -c 300 ec.pem > cut.pem
        { cat ec.pem; printf -- '-----BEGIN CERTIFICATE-----\\n!!!!\\n-----END CERTIFICATE-----\\n'; } > damaged.pem
        """

    /// Where the files are.
    private let folder: String

    private init() throws {
        var template = Array("/tmp/limpet-tls-XXXXXX".utf8CString)
        guard let made = unsafe mkdtemp(&template) else { throw Failed() }
        folder = unsafe String(cString: made)
        unsafe setenv("LIMPET_TLS_TESTS", folder, 1)
        atexit { _ = unsafe system("rm -rf -- \"$LIMPET_TLS_TESTS\"") }
        guard unsafe system("FOLDER='\(folder)'; { \(Authority.script)\n} > /dev/null 2>&1") == 0 else {
            throw Failed()
        }
    }

    /// The path of a file.
    func path(_ name: String) -> String {
        "\(folder)/\(name)"
    }

    struct Failed: Error {}
}
