import Testing

struct SourceRuleTests {
    /// Longest file, in lines: beyond it something wants to leave.
    private static let longestFile = 400

    private struct Rule {
        let text: String
        let folders: [String]
        /// What is wrong with it.
        let reason: String
        /// What to do instead.
        let advice: String
    }

    /// What no source may contain, each with the reason. The words stand here only because they are what is searched for:
    /// within quotes the lexer blanks them, so this file passes its own rules.
    private static let forbidden =
        [
            Rule(
                text: "@unchecked", folders: ["Sources", "Tests"],
                reason: "the compiler no longer sees a race",
                advice: "confine it to a thread, make it a value, or guard it with a Lock"),
            Rule(
                text: "try" + "!", folders: ["Sources", "Tests"],
                reason: "an error would end the process, and all other connections with it",
                advice: "throw a typed error, or catch it here"),
            Rule(
                text: " as!", folders: ["Sources", "Tests"],
                reason: "a value of another type would end the process",
                advice: "use as? and say what to do otherwise"),
            Rule(
                text: "nonisolated(unsafe) var", folders: ["Sources", "Tests"],
                reason: "two threads may change it at once",
                advice: "only a constant C pointer may be unsafe; use an Atomic or a Lock"),
        ]
        + sleeps.map { call in
            Rule(
                text: call, folders: ["Tests"],
                reason: "a time is too short for a slow machine and too long for a fast one",
                advice: "wait for the event itself, within a bound")
        }

    /// The calls that let time pass: of C, of Foundation and of Swift's tasks.
    private static let sleeps = ["us" + "leep(", "nanos" + "leep(", "Thread" + ".sleep", "Task" + ".sleep"]

    let tree: PackageTree

    init() throws { tree = try PackageTree() }

    @Test func `what defeats the compiler's checks, or sleeps in a test, does not occur`() throws {
        var findings: [Finding] = []
        for folder in ["Sources", "Tests"] {
            for file in try tree.swiftFiles(below: folder) {
                for rule in Self.forbidden where rule.folders.contains(folder) {
                    findings += file.lines(with: rule.text).map {
                        Finding(
                            path: file.path, line: $0,
                            message: "has '\(rule.text)': \(rule.reason); \(rule.advice)")
                    }
                }
            }
        }
        Finding.report(findings)
    }

    @Test func `no file is longer than four hundred lines`() throws {
        var findings: [Finding] = []
        for file in try tree.swiftFiles(below: "Sources") + tree.swiftFiles(below: "Tests") {
            let count = file.lines.count - (file.lines.last?.isEmpty == true ? 1 : 0)
            guard count > Self.longestFile else { continue }
            findings.append(
                Finding(
                    path: file.path, line: Self.longestFile + 1,
                    message: "goes on to line \(count); give a part of it a type and a file of its own"))
        }
        Finding.report(findings)
    }

    @Test func `what is left to do names its issue`() throws {
        var findings: [Finding] = []
        let marks = ["TO" + "DO", "FIX" + "ME"]
        for file in try tree.swiftFiles(below: "Sources") + tree.swiftFiles(below: "Tests") {
            for (index, line) in file.lines.enumerated()
            where marks.contains(where: line.contains) && !line.contains("#") {
                findings.append(
                    Finding(
                        path: file.path, line: index + 1,
                        message: "do it now, or name the issue that will: (#12)"))
            }
        }
        Finding.report(findings)
    }

    @Test func `placeholders are gone`() throws {
        let left = tree.paths.filter { $0.hasPrefix("Sources/") || $0.hasPrefix("Tests/") }
            .filter { $0.hasSuffix(".placeholder.swift") || $0.hasSuffix("/Placeholder.swift") }
        Finding.report(
            left.map { Finding(path: $0, line: 1, message: "is a placeholder; put code or nothing") })
    }
}
