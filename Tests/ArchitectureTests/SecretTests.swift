import Foundation
import Testing

struct SecretTests {
    /// Names that hold keys, whatever is in them.
    private static let keyFiles = ["key", "p12", "pfx", "jks"]
    private static let marker = "-----BEGIN "
    private static let markerEnd = "PRIVATE" + " KEY-----"

    @Test func `no private key is in the tree`() throws {
        let tree = try PackageTree()
        var findings: [Finding] = []
        for path in tree.paths {
            if Self.keyFiles.contains(tree.url(of: path).pathExtension) {
                findings.append(Finding(path: path, line: 1, message: Self.advice))
                continue
            }
            let lines = try tree.text(of: path).split(separator: "\n", omittingEmptySubsequences: false)
            findings += Self.keys(in: lines).map { Finding(path: path, line: $0, message: Self.advice) }
        }
        Finding.report(findings)
    }

    @Test func `a key is told from a text that only speaks of one`() {
        let body = String(repeating: "MIGHAgEAMBMGByqGSM49", count: 3)
        let header = Self.marker + "EC " + Self.markerEnd
        #expect(Self.keys(in: ["a", header[...], body[...]]) == [2])
        #expect(Self.keys(in: [header[...], "Proc-Type: 4,ENCRYPTED", "", body[...]]) == [1])
        #expect(Self.keys(in: [header[...], "not a key", "at all"]).isEmpty)
        #expect(Self.keys(in: ["let text = \"\(header)\\n\(body)\""]) == [1])
        #expect(Self.keys(in: ["-----BEGIN CERTIFICATE-----", body[...]]).isEmpty)
    }

    private static let advice =
        "is a private key; take it out of the history too, and make keys with certs/make or in the test"

    /// The lines from 1 at which a PEM private key begins: its header, and a long run of base64 soon after.
    private static func keys(in lines: [Substring]) -> [Int] {
        lines.indices.filter { index in
            guard let begin = lines[index].range(of: marker),
                let end = lines[index][begin.upperBound...].range(of: markerEnd)
            else { return false }
            let rest = [lines[index][end.upperBound...]] + lines[(index + 1)...].prefix(4)
            return rest.contains { longestBase64(in: $0) >= 48 }
        }.map { $0 + 1 }
    }

    private static func longestBase64(in line: Substring) -> Int {
        line.utf8.split {
            switch $0 {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "+"), UInt8(ascii: "/"),
                UInt8(ascii: "="):
                false
            default: true
            }
        }.map(\.count).max() ?? 0
    }
}
