internal import Platform

/// Finds programs by their names, as a shell does.
enum ProgramPath {
    private static let usual = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"

    /// The path of the program `name`: itself if it has a slash, else the first that may be executed in the folders of
    /// `folders` (PATH). Throws ENOENT if there is none.
    static func find(_ name: String, among folders: String?) throws(SystemError) -> String {
        guard !name.contains("/") else { return name }
        for folder in (folders ?? usual).split(separator: ":") {
            let path = "\(folder)/\(name)"
            if ProcessTable.mayExecute(path) { return path }
        }
        throw SystemError("search in PATH", number: 2)
    }
}
