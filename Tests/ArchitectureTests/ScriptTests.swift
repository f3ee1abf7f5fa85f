import Foundation
import Testing

struct ScriptTests {
    let tree: PackageTree

    init() throws { tree = try PackageTree() }

    @Test func `every script is executable, parses and stops at its first error`() throws {
        let scripts = tree.paths.filter { $0.hasPrefix("scripts/") || $0.hasPrefix(".ci/") } + ["certs/make"]
        for path in scripts where try tree.text(of: path).hasPrefix("#!/usr/bin/env bash") {
            let text = try tree.text(of: path)
            #expect(
                FileManager.default.isExecutableFile(atPath: tree.url(of: path).path),
                "\(path):1: chmod +x it")
            #expect(text.contains("\nset -euo pipefail\n"), "\(path):1: has no 'set -euo pipefail'")
            let parsed = try run("bash", "-n", tree.url(of: path).path)
            #expect(parsed.code == 0, "\(path):1: \(parsed.output)")
        }
    }

    @Test func `the certificates are made once, for their owner's eyes, and renewed on demand`() throws {
        let folder = FileManager.default.temporaryDirectory.appendingPathComponent("limpet-certs-\(UUID())")
        defer { try? FileManager.default.removeItem(at: folder) }
        let make = tree.url(of: "certs/make").path

        #expect(try run(make, "--into", folder.path).code == 0)
        let pairs = ["ca", "server", "server-rsa", "other", "client", "client-rsa"]
        let first = try pairs.map { try content(of: folder, "\($0).pem") }
        for pair in pairs {
            let key = folder.appendingPathComponent("\(pair).key").resolvingSymlinksInPath()
            let mode = try FileManager.default.attributesOfItem(atPath: key.path)[.posixPermissions] as? Int
            #expect(mode == 0o600, "\(pair).key has mode \(String(mode ?? 0, radix: 8))")
        }

        let second = try run(make, "--into", folder.path, "--quiet")
        #expect(second.code == 0)
        #expect(second.output.isEmpty, "made again: \(second.output)")
        #expect(try pairs.map { try content(of: folder, "\($0).pem") } == first)

        #expect(try run(make, "--into", folder.path, "--renew").code == 0)
        let renewed = try pairs.map { try content(of: folder, "\($0).pem") }
        let changed = zip(pairs, zip(first, renewed)).filter { $0.1.0 != $0.1.1 }.map(\.0)
        #expect(changed == ["server", "server-rsa", "other"])
        try expectMatchingPairs(pairs, in: folder)
    }

    /// Each certificate is signed by the CA and belongs to its key.
    private func expectMatchingPairs(_ pairs: [String], in folder: URL) throws {
        for pair in pairs {
            let certificate = folder.appendingPathComponent("\(pair).pem").path
            let key = folder.appendingPathComponent("\(pair).key").path
            let ofCertificate = try run("openssl", "x509", "-in", certificate, "-noout", "-pubkey")
            let ofKey = try run("openssl", "pkey", "-in", key, "-pubout")
            #expect(ofCertificate.output == ofKey.output, "\(pair): certificate and key differ")
            let authority = folder.appendingPathComponent("ca.pem").path
            #expect(try run("openssl", "verify", "-CAfile", authority, certificate).code == 0)
        }
    }

    private func content(of folder: URL, _ name: String) throws -> Data {
        try Data(contentsOf: folder.appendingPathComponent(name))
    }

    /// Runs a command to its end; its standard output and error as one text.
    private func run(_ command: String...) throws -> (code: Int32, output: String) {
        let process = Process()
        let pipe = Pipe()
        process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
        process.arguments = command
        process.standardInput = FileHandle.nullDevice
        process.standardOutput = pipe
        process.standardError = pipe
        try process.run()
        let output = pipe.fileHandleForReading.readDataToEndOfFile()
        process.waitUntilExit()
        return (process.terminationStatus, String(decoding: output, as: UTF8.self))
    }
}
