internal import Foundation
internal import Platform

extension GatewayConfiguration {
    /// The configuration in a text.
    ///
    /// Nothing but the text is looked at: relative paths are only put behind the folder of `file`.
    ///
    /// - Parameters:
    ///   - text: YAML, at most ``ConfigurationBounds/fileBytes``.
    ///   - file: The name of the file in messages; its folder is where relative paths start.
    /// - Returns: The configuration, with its warnings.
    /// - Throws: ``ConfigurationError/refused(problems:omitted:)`` with all that is wrong.
    public static func parse(_ text: String, file: String) throws(ConfigurationError) -> GatewayConfiguration
    {
        let context = ReadingContext(file: file)
        guard let root = Document.root(of: text, context: context) else {
            return try context.conclude(GatewayConfiguration())
        }
        let section = SectionReader(root, name: "", position: .start, context: context)
        let configuration = GatewayConfiguration(reading: section)
        section.finish()
        return try context.conclude(configuration)
    }

    /// The configuration in a file. Certificates, keys and other files that it names are not opened.
    ///
    /// - Parameter path: The file, of at most ``ConfigurationBounds/fileBytes``, in UTF-8.
    /// - Returns: The configuration, with its warnings.
    /// - Throws: ``ConfigurationError``.
    public static func load(path: String) throws(ConfigurationError) -> GatewayConfiguration {
        let bytes: Data
        do {
            let handle = try FileHandle(forReadingFrom: URL(fileURLWithPath: path))
            bytes = try handle.read(upToCount: ConfigurationBounds.fileBytes + 1) ?? Data()
            try handle.close()
        } catch {
            throw .unreadable(file: path, reason: systemReason(of: error))
        }
        guard let text = String(validating: bytes, as: UTF8.self) else {
            let problem = ConfigurationProblem(
                file: path, position: UTF8Fault.position(in: bytes), message: "this is not UTF-8")
            throw .refused(problems: [problem], omitted: 0)
        }
        return try parse(text, file: path)
    }

    /// The system's sentence for a failure of Foundation's.
    private static func systemReason(of error: any Error) -> String {
        let underlying = (error as NSError).userInfo[NSUnderlyingErrorKey] as? any Error
        for candidate in [underlying, error] {
            if let number = candidate.map({ $0 as NSError }), number.domain == NSPOSIXErrorDomain {
                return SystemError("read", number: Int32(truncatingIfNeeded: number.code)).description
            }
        }
        return "cannot be read: \(error.localizedDescription)"
    }
}
