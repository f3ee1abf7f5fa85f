import Foundation

/// The files of the package, found from where this file was compiled.
struct PackageTree {
    /// The folder that holds Package.swift.
    let root: URL
    /// Every file that may be committed, as a path from the root, in order.
    let paths: [String]

    init(filePath: String = #filePath) throws {
        var folder = URL(fileURLWithPath: filePath).deletingLastPathComponent()
        while !FileManager.default.fileExists(atPath: folder.appendingPathComponent("Package.swift").path) {
            guard folder.path != "/" else { throw CocoaError(.fileNoSuchFile) }
            folder.deleteLastPathComponent()
        }
        root = folder
        let ignored = try IgnoredFolders(root: folder)
        var found: [String] = []
        try PackageTree.walk(folder, from: "", ignoring: ignored, into: &found)
        paths = found.sorted()
    }

    /// The Swift files below `folder` ("Sources", "Tests").
    func swiftFiles(below folder: String) throws -> [SourceFile] {
        try paths.filter { $0.hasPrefix(folder + "/") && $0.hasSuffix(".swift") }.map { path in
            SourceFile(path: path, text: try text(of: path))
        }
    }

    /// The names of the folders in `folder`.
    func folders(in folder: String) -> Set<String> {
        Set(
            paths.compactMap { path in
                let parts = path.split(separator: "/")
                return parts.count > 2 && parts[0] == folder ? String(parts[1]) : nil
            })
    }

    /// A file's text; bytes that are not UTF-8 are replaced.
    func text(of path: String) throws -> String {
        String(decoding: try Data(contentsOf: url(of: path)), as: UTF8.self)
    }

    func url(of path: String) -> URL { root.appendingPathComponent(path) }

    private static func walk(
        _ folder: URL, from prefix: String, ignoring ignored: IgnoredFolders, into found: inout [String]
    ) throws {
        for name in try FileManager.default.contentsOfDirectory(atPath: folder.path) {
            let path = prefix + name
            let item = folder.appendingPathComponent(name)
            switch try FileManager.default.attributesOfItem(atPath: item.path)[.type] as? FileAttributeType {
            case .typeDirectory where !ignored.contains(path):
                try walk(item, from: path + "/", ignoring: ignored, into: &found)
            case .typeRegular:
                found.append(path)
            default:
                continue
            }
        }
    }
}

/// The folders that .gitignore names, and git's own.
private struct IgnoredFolders {
    private var names: Set<String> = [".git"]
    private var roots: Set<String> = []

    init(root: URL) throws {
        let text = try String(contentsOf: root.appendingPathComponent(".gitignore"), encoding: .utf8)
        for line in text.split(separator: "\n") where line.hasSuffix("/") && !line.hasPrefix("#") {
            let folder = line.drop { $0 == "/" }.dropLast()
            if folder.contains("/") || line.hasPrefix("/") {
                roots.insert(String(folder))
            } else {
                names.insert(String(folder))
            }
        }
    }

    func contains(_ path: String) -> Bool {
        roots.contains(path) || names.contains(path.split(separator: "/").last.map(String.init) ?? "")
    }
}
