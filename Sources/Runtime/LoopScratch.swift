/// The two large buffers that all transports of a loop take turns in: what was read ahead from a socket, and what is
/// held back to leave in one send. Idle connections own no buffer at all.
@safe
public final class LoopScratch {
    /// How much is read from a socket at once, in bytes.
    public static let inputBytes = 128 << 10
    /// How much is gathered before a send, in bytes.
    public static let outputBytes = 128 << 10

    let input = UnsafeMutableRawPointer.allocate(byteCount: inputBytes, alignment: 64)
    let output = UnsafeMutableRawPointer.allocate(byteCount: outputBytes, alignment: 64)

    /// Whose bytes the input holds, until that transport is closed or another one needs the room. The owners are
    /// not retained: a transport gives its claims up before it goes.
    var inputOwner: Unmanaged<Transport>?
    var inputStart = 0
    var inputEnd = 0

    /// Whose bytes the output holds.
    var outputOwner: Unmanaged<Transport>?
    var outputCount = 0

    /// Empty buffers.
    public init() {}

    deinit {
        unsafe input.deallocate()
        unsafe output.deallocate()
    }
}
