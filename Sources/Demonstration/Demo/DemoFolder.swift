internal import Foundation

/// The folder of a demonstration: configurations, logs, and copies of the certificates that it may renew.
final class DemoFolder {
    /// Its absolute path.
    let path: String
    private let isTemporary: Bool

    /// Makes the folder, and copies the certificates into it.
    init(_ settings: DemoSettings) throws(DemonstrationError) {
        let manager = FileManager.default
        isTemporary = settings.directory == nil
        let url =
            settings.directory.map { URL(fileURLWithPath: $0, isDirectory: true) }
            ?? manager.temporaryDirectory.appendingPathComponent("limpet-demo-\(UUID().uuidString.prefix(8))")
        path = url.path
        let copy = url.appendingPathComponent("certs")
        do {
            try manager.createDirectory(
                at: url, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
            if manager.fileExists(atPath: copy.path) { try manager.removeItem(at: copy) }
            try manager.copyItem(at: URL(fileURLWithPath: settings.certificates), to: copy)
        } catch {
            throw .file(
                path: settings.certificates,
                cause: "cannot be copied (\(error.localizedDescription)); certs/make makes it")
        }
    }

    deinit {
        if isTemporary { try? FileManager.default.removeItem(atPath: path) }
    }

    /// The path of a file in it.
    func file(_ name: String) -> String { path + "/" + name }

    /// Writes a file, in place of an older one.
    func write(_ text: String, to name: String) throws(DemonstrationError) {
        do {
            try Data(text.utf8).write(to: URL(fileURLWithPath: file(name)))
        } catch {
            throw .file(path: file(name), cause: error.localizedDescription)
        }
    }

    /// An empty log file, open for a program to append to.
    func log(_ name: String) throws(DemonstrationError) -> FileHandle {
        let isMade = FileManager.default.createFile(atPath: file(name), contents: nil)
        guard isMade, let handle = FileHandle(forWritingAtPath: file(name)) else {
            throw .file(path: file(name), cause: "cannot be written")
        }
        return handle
    }

    /// The last lines of a file, for a report.
    func tail(_ name: String, lines: Int = 20) -> String {
        let text = (try? String(contentsOfFile: file(name), encoding: .utf8)) ?? ""
        return text.split(separator: "\n").suffix(lines).joined(separator: "\n")
    }
}
