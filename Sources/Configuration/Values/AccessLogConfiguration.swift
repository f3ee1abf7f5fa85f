/// Where requests are recorded, one line each.
public struct AccessLogConfiguration: Sendable, Equatable {
    /// The form of a line.
    public enum Format: String, Sendable, CaseIterable {
        /// A JSON object.
        case json
        /// The "combined" format of web servers.
        case combined
    }

    /// Where the lines go.
    public enum Destination: Sendable, Equatable {
        /// To the standard output: `-`.
        case standardOutput
        /// To the end of that file.
        case file(String)
    }

    /// Where the lines go.
    public var destination = Destination.standardOutput
    /// The form of a line.
    public var format = Format.json

    /// JSON to the standard output.
    public init() {}
}

extension AccessLogConfiguration: ReadableSection {
    init(reading section: SectionReader) {
        self.init()
        if let path = section.value("path", .text), path != "-" {
            destination = .file(section.context.resolve(path))
        }
        section.read("format", .word(), into: &format)
    }
}
