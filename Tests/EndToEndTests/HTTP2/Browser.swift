internal import Foundation
internal import TestSupport
internal import Testing

/// Chromium without a window. It trusts the server's key alone, as if the authority were installed.
enum Browser {
    /// What the page at `/` looks like when all has been loaded. `profile` is what the browser remembers itself by.
    static func load(
        _ gateway: GatewayProcess, listener: Int = 0, profile: String = "browser",
        sourceLocation: SourceLocation = #_sourceLocation
    ) throws -> String {
        let folder = gateway.folder
        let digest =
            "openssl x509 -in \"$0\" -pubkey -noout | openssl pkey -pubin -outform der | openssl dgst -sha256 -binary"
        let key = try Command("bash", ["-c", "\(digest) | base64", folder.file("certs/server.pem")]).output
        let said = try Command(
            "chromium",
            [
                "--headless", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--no-first-run",
                "--disable-background-networking", "--disable-breakpad", "--disable-crash-reporter",
                "--user-data-dir=\(folder.file(profile))",
                "--ignore-certificate-errors-spki-list=\(key.split(separator: "\n").first ?? "")",
                "--dump-dom", "https://localhost:\(gateway.endpoints[listener].port)/",
            ], until: Deadline(in: .seconds(90)))
        #expect(said.ending == .exited(0), "\(said.errors)", sourceLocation: sourceLocation)
        return said.output
    }
}
