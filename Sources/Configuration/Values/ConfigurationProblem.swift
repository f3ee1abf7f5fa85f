/// Something in a configuration file that is wrong or deserves a look, and where it stands.
public struct ConfigurationProblem: Sendable, Hashable, CustomStringConvertible {
    /// The file as it was named to us.
    public var file: String
    /// Where in the file.
    public var position: SourcePosition
    /// What is the matter, in one line without control characters.
    public var message: String

    /// A problem at a place of a file.
    public init(file: String, position: SourcePosition, message: String) {
        self.file = file
        self.position = position
        self.message = message
    }

    /// `file:line:column: message`, the form that editors and terminals make a link of.
    public var description: String { "\(file):\(position): \(message)" }
}
