/// The texts of a request that are logged, in one storage that is used again; long ones are cut.
struct RecordText {
    /// The texts, in the order in which they stand.
    private enum Part: Int {
        case method, host, target, identity, referrer, agent
    }

    /// The most that is kept of a target; of the others less.
    private static let targetLimit = 2048
    private static let longLimit = 1024
    private static let nameLimit = 256

    private var bytes: [UInt8] = []
    /// Where each part ends, and the next one begins.
    private var ends = InlineArray<6, Int>(repeating: 0)

    mutating func clear() {
        bytes.removeAll(keepingCapacity: true)
        ends = InlineArray(repeating: 0)
    }

    mutating func take(method: Span<UInt8>, host: Span<UInt8>, target: Span<UInt8>) {
        clear()
        append(method, as: .method, limit: Self.nameLimit)
        append(host, as: .host, limit: Self.nameLimit)
        append(target, as: .target, limit: Self.targetLimit)
    }

    /// Adds the identity that the client gave; before the referrer and the agent.
    mutating func add(identity: Span<UInt8>) {
        append(identity, as: .identity, limit: Self.nameLimit)
    }

    /// Adds where the client says that it comes from; before the agent.
    mutating func add(referrer: Span<UInt8>) {
        append(referrer, as: .referrer, limit: Self.longLimit)
    }

    /// Adds what the client says that it is; the last of all.
    mutating func add(agent: Span<UInt8>) {
        append(agent, as: .agent, limit: Self.longLimit)
    }

    var method: Span<UInt8> {
        @_lifetime(borrow self)
        get { bytes.span.extracting(range(.method)) }
    }
    var host: Span<UInt8> {
        @_lifetime(borrow self)
        get { bytes.span.extracting(range(.host)) }
    }
    var target: Span<UInt8> {
        @_lifetime(borrow self)
        get { bytes.span.extracting(range(.target)) }
    }
    var identity: Span<UInt8> {
        @_lifetime(borrow self)
        get { bytes.span.extracting(range(.identity)) }
    }
    var referrer: Span<UInt8> {
        @_lifetime(borrow self)
        get { bytes.span.extracting(range(.referrer)) }
    }
    var agent: Span<UInt8> {
        @_lifetime(borrow self)
        get { bytes.span.extracting(range(.agent)) }
    }

    private func range(_ part: Part) -> Range<Int> {
        (part == .method ? 0 : ends[part.rawValue &- 1])..<ends[part.rawValue]
    }

    private mutating func append(_ text: Span<UInt8>, as part: Part, limit: Int) {
        let kept = text.extracting(first: limit)
        unsafe kept.withUnsafeBufferPointer { unsafe bytes.append(contentsOf: $0) }
        for index in part.rawValue..<ends.count { ends[index] = bytes.count }
    }
}
