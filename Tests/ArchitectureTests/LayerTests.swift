import Testing

struct LayerTests {
    let tree: PackageTree

    init() throws { tree = try PackageTree() }

    @Test func `a module imports only what its layer allows`() throws {
        var findings: [Finding] = []
        for file in try tree.swiftFiles(below: "Sources") {
            for (imported, line) in file.imports {
                guard let message = Layers.objection(to: imported, in: file.module) else { continue }
                findings.append(Finding(path: file.path, line: line, message: message))
            }
        }
        Finding.report(findings)
    }

    @Test func `every C module has its one importer`() throws {
        let files = try tree.swiftFiles(below: "Sources")
        for (module, wrapper) in Layers.wrapper {
            let importers = Set(files.filter { $0.imports.contains { $0.module == module } }.map(\.module))
            #expect(
                importers == [wrapper],
                "Sources/\(module)/module.modulemap:1: is imported by \(importers.sorted()), not by \(wrapper) alone"
            )
        }
    }

    @Test func `the table of layers names the folders of Sources, and no others`() {
        let folders = tree.folders(in: "Sources")
        let named = Set(Layers.rows.joined()).union(Layers.wrapper.keys)
        for folder in folders.subtracting(named).sorted() {
            Issue.record("Sources/\(folder):1: has no place in Layers.rows or Layers.wrapper; give it one")
        }
        for name in named.subtracting(folders).sorted() {
            Issue.record("Sources/\(name):1: stands in the table of layers but is not there; take it out")
        }
    }

    @Test func `every module has tests, or a reason for having none`() throws {
        let files = try tree.swiftFiles(below: "Tests")
        for module in tree.folders(in: "Sources").sorted() {
            let tests = files.filter { $0.module == "\(module)Tests" && !$0.lines(with: "@Test").isEmpty }
            switch (tests.isEmpty, Layers.withoutTests[module]) {
            case (true, nil):
                Issue.record("Tests/\(module)Tests:1: holds no test of \(module); write one")
            case (false, let reason?):
                Issue.record(
                    "Layers.withoutTests says of \(module) '\(reason)', but it has tests; take it out")
            default:
                continue
            }
        }
    }

    @Test(arguments: [
        ("HTTP", "Runtime", true), ("HTTP1", "HTTP", true), ("HTTP", "HTTP1", false), ("HTTP", "HTTP", false),
        ("Runtime", "Proxy", false), ("TLS", "COpenSSL", true), ("Proxy", "COpenSSL", false),
        ("Proxy", "Foundation", false), ("HTTP1", "FoundationEssentials", false),
        ("limpet", "Foundation", true),
        ("Proxy", "Yams", false), ("Configuration", "Yams", true), ("Runtime", "Synchronization", true),
        ("Runtime", "Dispatch", false), ("Nowhere", "Platform", false),
    ])
    func `the table tells lower from higher`(module: String, imported: String, isAllowed: Bool) {
        #expect((Layers.objection(to: imported, in: module) == nil) == isAllowed)
    }
}
