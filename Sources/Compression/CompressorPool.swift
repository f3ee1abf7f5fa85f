/// Compressors of one worker: those that are in use, counted, and some that wait. Thread-confined.
public final class CompressorPool {
    /// How many may be in use at a time: each costs some hundred KiB.
    public let limit: Int
    /// How many are in use.
    public private(set) var inUse = 0

    /// How many are kept for later.
    private static let spareLimit = 8
    private var spare: [Compressor] = []

    /// The most that are in use at a time, unless told otherwise.
    public static let usualLimit = 128

    /// An empty pool.
    public init(limit: Int = CompressorPool.usualLimit) {
        self.limit = limit
    }

    /// A compressor at the beginning of a content; nil if as many are in use as may be, or there is no memory for one.
    public func take(_ coding: ContentCoding) -> Compressor? {
        guard inUse < limit, let compressor = spareOne(coding) ?? Self.make(coding) else { return nil }
        inUse += 1
        return compressor
    }

    /// Takes a compressor back, whatever it is at.
    public func give(_ compressor: Compressor) {
        inUse -= 1
        guard spare.count < Self.spareLimit, compressor.restart() else { return }
        spare.append(compressor)
    }

    private func spareOne(_ coding: ContentCoding) -> Compressor? {
        guard let index = spare.lastIndex(where: { $0.coding == coding }) else { return nil }
        return spare.remove(at: index)
    }

    private static func make(_ coding: ContentCoding) -> Compressor? {
        switch coding {
        case .gzip: try? GzipCompressor()
        case .brotli: try? BrotliCompressor()
        }
    }
}
