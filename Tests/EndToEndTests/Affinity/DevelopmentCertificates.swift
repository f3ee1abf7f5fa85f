internal import Foundation
internal import Platform
internal import TestSupport
internal import Testing

/// The certificates that `certs/make` makes.
enum DevelopmentCertificates {
    private static let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
        .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()

    /// Where they are.
    static var folder: String { root.appendingPathComponent("certs/dev").path }

    /// Copies them into `folder`, below `certs`, with their links followed: each test changes its own.
    static func copy(into folder: TemporaryFolder) throws {
        let source = root.appendingPathComponent("certs/dev")
        let target = URL(fileURLWithPath: folder.file("certs"))
        try FileManager.default.createDirectory(at: target, withIntermediateDirectories: true)
        for name in ["ca.pem"] + ["server", "server-rsa", "other"].flatMap({ ["\($0).pem", "\($0).key"] }) {
            let bytes = try? Data(contentsOf: source.appendingPathComponent(name).resolvingSymlinksInPath())
            try #require(bytes, "certs/dev/\(name) is missing; certs/make makes it")
                .write(to: target.appendingPathComponent(name))
        }
    }

    /// Puts one pair into the place of another.
    static func replace(_ name: String, by other: String, in folder: TemporaryFolder) throws {
        for suffix in ["pem", "key"] {
            let bytes = try Data(contentsOf: URL(fileURLWithPath: folder.file("certs/\(other).\(suffix)")))
            try bytes.write(to: URL(fileURLWithPath: folder.file("certs/\(name).\(suffix)")))
        }
    }

    /// Puts a new pair into the place of one, for `names`, signed by the same authority.
    static func renew(_ name: String, for names: [String], in folder: TemporaryFolder) throws {
        let authority = root.appendingPathComponent("certs/dev/ca").path
        let made = try Command(
            "openssl",
            [
                "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes",
                "-days", "2",
                "-subj", "/CN=\(name)", "-CA", "\(authority).pem", "-CAkey", "\(authority).key",
                "-addext", "subjectAltName=\(names.map { "DNS:\($0)" }.joined(separator: ","))",
                "-addext", "basicConstraints=critical,CA:false",
                "-keyout", folder.file("certs/\(name).key"), "-out", folder.file("certs/\(name).pem"),
            ])
        try #require(made.ending == .exited(0), "\(made.errors)")
    }
}
