internal import Foundation

/// What a person at the terminal sees meanwhile.
enum Progress {
    /// Writes a line to the standard error.
    static func say(_ line: String) {
        FileHandle.standardError.write(Data("scale: \(line)\n".utf8))
    }
}
