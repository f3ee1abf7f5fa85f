/// The texts of a request that are logged, in one storage that is used again; long ones are cut.
struct RecordText {
    /// The most that is kept of a target; of the others less.
    private static let targetLimit = 2048
    private static let nameLimit = 256

    private var bytes: [UInt8] = []
    private var methodEnd = 0
    private var hostEnd = 0

    mutating func clear() {
        bytes.removeAll(keepingCapacity: true)
        methodEnd = 0
        hostEnd = 0
    }

    mutating func take(method: Span<UInt8>, host: Span<UInt8>, target: Span<UInt8>) {
        clear()
        append(method, limit: Self.nameLimit)
        methodEnd = bytes.count
        append(host, limit: Self.nameLimit)
        hostEnd = bytes.count
        append(target, limit: Self.targetLimit)
    }

    var method: Span<UInt8> {
        @_lifetime(borrow self)
        get { bytes.span.extracting(0..<methodEnd) }
    }
    var host: Span<UInt8> {
        @_lifetime(borrow self)
        get { bytes.span.extracting(methodEnd..<hostEnd) }
    }
    var target: Span<UInt8> {
        @_lifetime(borrow self)
        get { bytes.span.extracting(hostEnd...) }
    }

    private mutating func append(_ text: Span<UInt8>, limit: Int) {
        let kept = text.extracting(first: limit)
        unsafe kept.withUnsafeBufferPointer { unsafe bytes.append(contentsOf: $0) }
    }
}
