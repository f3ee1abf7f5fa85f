internal import Runtime

/// The two lines that ask for another protocol, or say that it is spoken from here on.
enum UpgradeLines {
    /// Appends them; `name` is that of the protocol.
    static func write(_ name: Span<UInt8>, into head: ByteBuffer) {
        head.append("Connection: upgrade\r\nUpgrade: ")
        head.append(name)
        head.append("\r\n")
    }
}
