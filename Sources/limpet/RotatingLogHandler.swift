internal import Foundation
internal import Logging
internal import Platform

/// A log file that is put aside when it has become too large.
final class RotatingLog: Sendable {
    private let file: Lock<RotatingFile>

    init(path: String, limitBytes: Int, kept: Int) throws(SystemError) {
        file = Lock(try RotatingFile(path: path, limitBytes: limitBytes, kept: kept))
    }

    /// Writes a line; one that the disk does not take is lost.
    func append(_ line: String) {
        let bytes = Array(line.utf8)
        file.withLock { file in try? file.append(bytes.span) }
    }
}

/// Writes the lines of a logger to a `RotatingLog`, in the form of those on standard error.
struct RotatingLogHandler: LogHandler {
    let log: RotatingLog
    var metadata: Logger.Metadata = [:]
    var logLevel = Logger.Level.info

    subscript(metadataKey key: String) -> Logger.Metadata.Value? {
        get { metadata[key] }
        set { metadata[key] = newValue }
    }

    func log(event: LogEvent) {
        log.append("\(Date.now.formatted(.iso8601)) \(event.level): \(event.message)\n")
    }
}
