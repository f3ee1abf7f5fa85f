public import Balancing
internal import Framing

/// What a gateway says of an instance. Times are in milliseconds since 1970.
public struct InstanceReport: Hashable, Sendable {
    /// The service that it belongs to.
    public var service: String
    /// The service identity.
    public var identity: String
    /// Where it is.
    public var address: String
    /// Its share beside the others.
    public var weight: UInt16
    /// How it works.
    public var status: WorkingStatus
    /// Since when.
    public var since: UInt64
    /// Why; empty if nothing has been heard of it.
    public var cause: String
    /// Which run of it this is.
    public var incarnation: UInt64
    /// What is wanted of it.
    public var administrative: AdministrativeState
    /// Since when.
    public var administrativeSince: UInt64
    /// Whether an operator wants it, and not the configuration.
    public var isOperators: Bool
    /// When its pinned clients go elsewhere; nil unless it drains.
    public var drainDeadline: UInt64?
    /// How many live pins name it.
    public var pins: UInt64
    /// Its main process, where a node manager has said so; else 0.
    public var process: Int32
    /// What it says of itself.
    public var text: String

    init(reading reader: inout FrameReader) throws(FrameError) {
        service = try reader.text()
        identity = try reader.text()
        address = try reader.text()
        weight = try reader.number()
        status = try reader.status()
        since = try reader.number()
        cause = try reader.text()
        incarnation = try reader.number()
        guard let state = AdministrativeState(rawValue: try reader.byte()) else { throw .content }
        administrative = state
        administrativeSince = try reader.number()
        isOperators = try reader.byte() != 0
        let deadline: UInt64 = try reader.number()
        drainDeadline = deadline == .max ? nil : deadline
        pins = try reader.number()
        process = try reader.number()
        text = try reader.text()
    }

    func write(to writer: inout FrameWriter) {
        writer.add(service)
        writer.add(identity, limit: ControlFrame.identityBytes)
        writer.add(address)
        writer.add(weight)
        writer.add(status.rawValue)
        writer.add(since)
        writer.add(cause)
        writer.add(incarnation)
        writer.add(administrative.rawValue)
        writer.add(administrativeSince)
        writer.add(isOperators ? 1 as UInt8 : 0)
        writer.add(drainDeadline ?? .max)
        writer.add(pins)
        writer.add(process)
        writer.add(text)
    }
}

extension FrameReader {
    /// A working status.
    mutating func status() throws(FrameError) -> WorkingStatus {
        guard let status = WorkingStatus(rawValue: try byte()) else { throw .content }
        return status
    }
}
