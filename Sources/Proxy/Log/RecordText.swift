internal import HTTP
internal import Runtime

/// The texts of a request that are logged, in one storage that is used again; long ones are cut.
final class RecordText {
    /// What the texts are.
    enum Part: Int {
        case method, host, target, identity, referrer, agent
    }

    /// The most that is kept of a target; of the others less.
    private static let targetLimit = 2048
    private static let longLimit = 1024
    private static let nameLimit = 256

    /// All of them, one after the other.
    let bytes = ByteBuffer(capacity: 1 << 10)
    private var extents = InlineArray<6, Extent>(repeating: .none)

    func clear() {
        bytes.clear()
        extents = InlineArray(repeating: .none)
    }

    func take(method: Span<UInt8>, host: Span<UInt8>, target: Span<UInt8>) {
        clear()
        append(method, as: .method, limit: Self.nameLimit)
        append(host, as: .host, limit: Self.nameLimit)
        append(target, as: .target, limit: Self.targetLimit)
    }

    /// Adds the identity that the client gave.
    func add(identity: Span<UInt8>) {
        append(identity, as: .identity, limit: Self.nameLimit)
    }

    /// Adds where the client says that it comes from.
    func add(referrer: Span<UInt8>) {
        append(referrer, as: .referrer, limit: Self.longLimit)
    }

    /// Adds what the client says that it is.
    func add(agent: Span<UInt8>) {
        append(agent, as: .agent, limit: Self.longLimit)
    }

    /// Where `part` stands in `bytes`.
    subscript(part: Part) -> Extent { extents[part.rawValue] }

    private func append(_ text: Span<UInt8>, as part: Part, limit: Int) {
        let start = bytes.count
        bytes.append(text.extracting(first: limit))
        extents[part.rawValue] = Extent(from: start, to: bytes.count)
    }
}
