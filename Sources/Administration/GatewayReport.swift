internal import Framing

/// What a gateway says of itself.
public struct GatewayReport: Hashable, Sendable {
    /// The name of its appliance; empty if it was given none.
    public var node: String
    /// Its process.
    public var process: Int32
    /// When it began, in milliseconds since 1970.
    public var begin: UInt64
    /// How many workers it has.
    public var workers: UInt32
    /// The number of its newest status snapshot.
    public var snapshot: UInt64
    /// For what clients were sent away, one report a kind.
    public var abuse: [AbuseReport]

    /// A report from its parts.
    public init(
        node: String, process: Int32, begin: UInt64, workers: UInt32, snapshot: UInt64, abuse: [AbuseReport]
    ) {
        self.node = node
        self.process = process
        self.begin = begin
        self.workers = workers
        self.snapshot = snapshot
        self.abuse = abuse
    }

    init(reading reader: inout FrameReader) throws(FrameError) {
        node = try reader.text()
        process = try reader.number()
        begin = try reader.number()
        workers = try reader.number()
        snapshot = try reader.number()
        abuse = []
        for _ in 0..<(try reader.byte()) {
            let kind = try reader.text()
            abuse.append(AbuseReport(kind: kind, count: try reader.number()))
        }
    }

    func write(to writer: inout FrameWriter) {
        writer.add(node)
        writer.add(process)
        writer.add(begin)
        writer.add(workers)
        writer.add(snapshot)
        writer.add(UInt8(clamping: abuse.count))
        for report in abuse.prefix(Int(UInt8.max)) {
            writer.add(report.kind)
            writer.add(report.count)
        }
    }
}
