public import Framing

/// What a node manager and those who listen to it say to each other over its UNIX socket.
public enum Frame: FramedMessage {
    /// The version that is spoken here.
    public static let version: UInt8 = 1
    /// The longest frame, behind its length.
    public static let maximumBytes = 1024

    /// The manager says who it is: a number that no other manager of this machine has.
    case hello(UInt64)
    /// The manager tells of a service: all that there are at first, and then each change.
    case status(ServiceReport)
    /// The manager has told of all services.
    case complete
    /// The manager lives.
    case heartbeat
    /// The service of that identity is not the manager's any more.
    case removed(String)
    /// The manager is about to end because it was told to: nobody need start another one.
    case goodbye
    /// The manager shall read its configuration again.
    case reload
    /// The manager shall stop all services and end.
    case stop

    private enum Kind: UInt8 {
        case hello = 1
        case status, complete, heartbeat, removed, goodbye
        case reload = 32
        case stop
    }

    /// Writes the type and what belongs to it.
    public func write(to writer: inout FrameWriter) {
        switch self {
        case .hello(let number):
            writer.add(Kind.hello.rawValue)
            writer.add(number)
        case .status(let report):
            writer.add(Kind.status.rawValue)
            writer.add(report)
        case .complete: writer.add(Kind.complete.rawValue)
        case .heartbeat: writer.add(Kind.heartbeat.rawValue)
        case .removed(let identity):
            writer.add(Kind.removed.rawValue)
            writer.add(identity, limit: ServiceReport.identityBytes)
        case .goodbye: writer.add(Kind.goodbye.rawValue)
        case .reload: writer.add(Kind.reload.rawValue)
        case .stop: writer.add(Kind.stop.rawValue)
        }
    }

    /// What stands behind the length and the version; nil for a type that is not known.
    public init?(reading reader: inout FrameReader) throws(FrameError) {
        guard let kind = Kind(rawValue: try reader.byte()) else { return nil }
        switch kind {
        case .hello: self = .hello(try reader.number())
        case .status: self = .status(try reader.report())
        case .complete: self = .complete
        case .heartbeat: self = .heartbeat
        case .removed: self = .removed(try reader.text())
        case .goodbye: self = .goodbye
        case .reload: self = .reload
        case .stop: self = .stop
        }
    }
}
