internal import Foundation

/// What the gateway's access log says about the requests of a population, by their paths.
public struct AccessLog: Sendable {
    /// A line, as far as it is of interest here.
    public struct Line: Sendable, Decodable {
        /// Path and query.
        public let path: String
        /// The status of the answer.
        public let status: Int
        /// How the session was resumed: `none`, `tls12-id`, …
        public let resumption: String?
        /// The lineage, in hexadecimal digits.
        public let lineage: String?
        /// The service identity that got the request.
        public let instance: String?
        /// Why.
        public let reason: String?
    }

    /// The lines by path. Paths of a population are unique.
    public let lines: [String: Line]

    /// The log that holds these lines.
    init(_ lines: [Line]) {
        self.lines = Dictionary(lines.map { ($0.path, $0) }) { _, newer in newer }
    }

    /// Reads files of the JSON form. Of a last line that is not whole, nothing is taken.
    public init(files: [String]) throws(DemonstrationError) {
        var lines: [String: Line] = [:]
        let decoder = JSONDecoder()
        for file in files {
            let bytes: Data
            do {
                bytes = try Data(contentsOf: URL(fileURLWithPath: file))
            } catch {
                throw .file(path: file, cause: "cannot be read: \(error.localizedDescription)")
            }
            for text in bytes.split(separator: 0x0A) {
                guard let line = try? decoder.decode(Line.self, from: text) else { continue }
                lines[line.path] = line
            }
        }
        self.lines = lines
    }

    /// What is known of a request.
    public subscript(path: String) -> Line? { lines[path] }
}
