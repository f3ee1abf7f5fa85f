internal import Platform

/// What a node manager and those who listen to it say to each other over its UNIX socket.
///
/// On the wire: the length of what follows (4 bytes), the version of this format (1 byte), the type (1 byte), and what
/// belongs to the type. Numbers stand with their highest byte first. A frame of an unknown type is passed over, so that
/// either side may be the newer one; one of another version ends the connection.
public enum Frame: Hashable, Sendable {
    /// The version that is spoken here.
    public static let version: UInt8 = 1
    /// The longest frame, behind its length.
    public static let maximumBytes = 1024
    /// The bytes in front: the length.
    static let headBytes = 4

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

    /// The frame as it goes over the wire.
    public var encoded: [UInt8] {
        var body = FrameWriter()
        switch self {
        case .hello(let number):
            body.add(Kind.hello.rawValue)
            body.add(number)
        case .status(let report):
            body.add(Kind.status.rawValue)
            body.add(report)
        case .complete: body.add(Kind.complete.rawValue)
        case .heartbeat: body.add(Kind.heartbeat.rawValue)
        case .removed(let identity):
            body.add(Kind.removed.rawValue)
            body.add(identity, limit: ServiceReport.identityBytes)
        case .goodbye: body.add(Kind.goodbye.rawValue)
        case .reload: body.add(Kind.reload.rawValue)
        case .stop: body.add(Kind.stop.rawValue)
        }
        var whole = FrameWriter()
        whole.add(UInt32(body.bytes.count + 1))
        whole.add(Frame.version)
        return whole.bytes + body.bytes
    }

    /// What stands behind the length and the version; nil for a type that is not known.
    init?(reading reader: inout FrameReader) throws(FrameError) {
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
