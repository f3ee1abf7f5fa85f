import Foundation

/// Certificates for tests, made by the `openssl` command in a folder of their own, once a process.
struct Authority: Sendable {
    static let shared = Result { try Authority() }

    /// Where the files are.
    private static let folder =
        FileManager.default.temporaryDirectory.path + "/limpet-tls-\(UUID().uuidString)"

    private var folder: String { Authority.folder }

    private init() throws {
        atexit { try? FileManager.default.removeItem(atPath: Authority.folder) }
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        try openssl("ecparam -name prime256v1 -genkey -noout -out root.key")
        try openssl("req -x509 -new -key root.key -subj /CN=root -days 30 -out root.pem")
        try openssl("ecparam -name prime256v1 -genkey -noout -out middle.key")
        try issue("middle", by: "root", extensions: "basicConstraints=critical,CA:TRUE\n")
        try openssl("ecparam -name prime256v1 -genkey -noout -out ec.key")
        try issue(
            "ec", by: "middle", extensions: "subjectAltName=DNS:one.test,DNS:*.Wild.test,IP:127.0.0.1\n")
        try openssl("genrsa -out rsa.key 2048")
        try issue("rsa", by: "root", extensions: "subjectAltName=DNS:one.test\n")
        try openssl("ecparam -name prime256v1 -genkey -noout -out other.key")
        try issue("other", by: "root", extensions: "subjectAltName=DNS:two.test\n")
        try openssl("ec -in ec.key -aes128 -passout pass:secret -out locked.key")
        try write("chain.pem", read("ec.pem") + read("middle.pem"))
        try write("gap.pem", read("ec.pem") + read("root.pem"))
        try write("empty.pem", "")
        try write("text.pem", "this is no certificate\n")
        try write("cut.pem", String(read("ec.pem").prefix(300)))
        try write(
            "damaged.pem", read("ec.pem") + "-----BEGIN CERTIFICATE-----\n!!!!\n-----END CERTIFICATE-----\n")
    }

    /// The path of a file.
    func path(_ name: String) -> String {
        "\(folder)/\(name)"
    }

    private func issue(_ name: String, by issuer: String, extensions: String) throws {
        try write("\(name).ext", extensions)
        try openssl("req -new -key \(name).key -subj /CN=\(name) -out \(name).csr")
        try openssl(
            "x509 -req -in \(name).csr -CA \(issuer).pem -CAkey \(issuer).key -CAcreateserial -days 20 "
                + "-extfile \(name).ext -out \(name).pem")
    }

    private func openssl(_ arguments: String) throws {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
        process.arguments = ["openssl"] + arguments.split(separator: " ").map(String.init)
        process.currentDirectoryURL = URL(fileURLWithPath: folder)
        process.standardOutput = FileHandle.nullDevice
        process.standardError = FileHandle.nullDevice
        try process.run()
        process.waitUntilExit()
        guard process.terminationStatus == 0 else { throw Failed(command: arguments) }
    }

    private func write(_ name: String, _ content: String) throws {
        try content.write(toFile: path(name), atomically: true, encoding: .utf8)
    }

    private func read(_ name: String) throws -> String {
        try String(contentsOfFile: path(name), encoding: .utf8)
    }

    struct Failed: Error {
        let command: String
    }
}
