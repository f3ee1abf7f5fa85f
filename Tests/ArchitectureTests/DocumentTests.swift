import Foundation
import Testing

struct DocumentTests {
    @Test func `every link between documents leads somewhere`() throws {
        let tree = try PackageTree()
        var findings: [Finding] = []
        for path in tree.paths where path.hasSuffix(".md") {
            let folder = tree.url(of: path).deletingLastPathComponent()
            var isFenced = false
            for (index, line) in try tree.text(of: path).split(
                separator: "\n", omittingEmptySubsequences: false
            )
            .enumerated() {
                if line.hasPrefix("```") { isFenced.toggle() }
                guard !isFenced else { continue }
                for target in Self.links(in: line) {
                    let file = folder.appendingPathComponent(target).standardized
                    guard !FileManager.default.fileExists(atPath: file.path) else { continue }
                    findings.append(
                        Finding(
                            path: path, line: index + 1, message: "links to '\(target)', which is not there"))
                }
            }
        }
        Finding.report(findings)
    }

    @Test func `links are found in a line`() {
        let line = "See [a](docs/a.md#part), [b](https://b.test/), [c](#c) and [d](d.md)."
        #expect(Self.links(in: line[...]) == ["docs/a.md", "d.md"])
    }

    /// The relative targets of Markdown links, without their anchors.
    private static func links(in line: Substring) -> [String] {
        line.components(separatedBy: "](").dropFirst().compactMap { rest in
            guard let target = rest.split(separator: ")", omittingEmptySubsequences: false).first,
                let path = target.split(separator: "#", omittingEmptySubsequences: false).first,
                !path.isEmpty, !path.contains(":")
            else { return nil }
            return String(path)
        }
    }
}
