/// How the process that supervises local services is reached, and where it keeps what it needs.
public struct NodeManagerConfiguration: Sendable, Equatable {
    /// The longest path of the folder, in bytes: the sockets in it need a name too (unix(7)).
    static let directoryBytes = 90

    /// Its folder, of which the gateway and it alone are the users: sockets, state, and the services' output.
    public var directory = "run"
    /// Whether the gateway starts it where it does not run yet.
    public var start = true
    /// How large a log of a service becomes before it is put aside, in bytes.
    public var logBytes = 16 << 20
    /// How many logs of a service are kept beside the one that is written.
    public var logFiles = 4
    /// After what time without a word of it a service counts as starting.
    public var silence = Duration.seconds(3)
    /// After what time without a word of it a service counts as not running.
    public var lost = Duration.seconds(15)

    /// Where the folder `run` is.
    public init() {}

    /// The socket of the node manager.
    public var socket: String { directory + "/node.sock" }
}

extension NodeManagerConfiguration: ReadableSection {
    init(reading section: SectionReader) {
        self.init()
        let context = section.context
        directory = context.resolve(directory)
        section.read("directory", .path(in: context), into: &directory)
        section.read("start", .boolean, into: &start)
        section.read("log-size", .size(4096...(1 << 40)), into: &logBytes)
        section.read("log-files", .integer(0...100), into: &logFiles)
        section.read("silence", .duration(.milliseconds(100) ... .seconds(3600)), into: &silence)
        section.read("lost", .duration(.milliseconds(100) ... .seconds(86_400)), into: &lost)
        if directory.utf8.count > Self.directoryBytes {
            context.refuse(
                "'directory' must have at most \(Self.directoryBytes) bytes: sockets lie in it",
                at: section.position(of: "directory"))
        }
        if lost < silence {
            context.refuse("'lost' must not be shorter than 'silence'", at: section.position(of: "lost"))
        }
    }
}
