/// What two of our own processes say to each other over a UNIX socket, frame by frame.
///
/// On the wire: the length of what follows (4 bytes), the version of the format (1 byte), the type (1 byte), and what
/// belongs to the type. Numbers stand with their highest byte first. A frame of an unknown type is passed over, so that
/// either side may be the newer one; one of another version ends the connection.
public protocol FramedMessage: Hashable, Sendable {
    /// The version that is spoken here.
    static var version: UInt8 { get }
    /// The longest frame, behind its length.
    static var maximumBytes: Int { get }

    /// What stands behind the length and the version; nil for a type that is not known.
    init?(reading reader: inout FrameReader) throws(FrameError)

    /// Writes the type and what belongs to it.
    func write(to writer: inout FrameWriter)
}

extension FramedMessage {
    /// The message as it goes over the wire.
    public var encoded: [UInt8] {
        var body = FrameWriter()
        write(to: &body)
        var whole = FrameWriter()
        whole.add(UInt32(body.bytes.count + 1))
        whole.add(Self.version)
        return whole.bytes + body.bytes
    }
}
