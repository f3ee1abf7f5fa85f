/// How much an association table may hold.
public struct AssociationTableLimits: Hashable, Sendable {
    /// The most pins.
    public var pins = 1_000_000
    /// The most memory for them in bytes.
    public var memoryBytes = 256 << 20
    /// The most pairs of service and platform service that pins name at one time, up to 32,768.
    public var owners = 8192
    /// How long a pin is kept that nobody uses.
    public var lifetime: Duration = .seconds(8 * 3600)

    /// The defaults.
    public init() {}

    /// Limits of one's own.
    public init(pins: Int, memoryBytes: Int = 256 << 20, owners: Int = 8192, lifetime: Duration) {
        self.pins = pins
        self.memoryBytes = memoryBytes
        self.owners = owners
        self.lifetime = lifetime
    }

    /// The pins that both limits admit: an entry takes 32 bytes, and a quarter of the places stays empty.
    public var effectivePins: Int {
        max(0, min(pins, memoryBytes / MemoryLayout<PinEntry>.stride * 3 / 4))
    }
}
