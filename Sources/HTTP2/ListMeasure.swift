internal import HTTP

/// How much of a header list has come, against the limits of a head.
struct ListMeasure {
    /// Whether the fields go so far beyond the limit that they are not even worth an answer.
    private(set) var isExcessive = false

    private let limits: HeadLimits
    /// How many fields there may be: those of a head of HTTP/1.1, and the pseudo-header fields.
    private let fieldLimit: Int
    private var bytes = 0
    private var fields = 0

    init(_ limits: HeadLimits, pseudoFields: Int) {
        self.limits = limits
        fieldLimit = limits.fields &+ pseudoFields
    }

    /// Gets ready for the next list.
    mutating func reset() {
        isExcessive = false
        bytes = 0
        fields = 0
    }

    /// Takes a field in; answers what is wrong with the list by now, if anything.
    mutating func add(_ name: Span<UInt8>, _ value: Span<UInt8>) -> Refusal? {
        bytes &+= name.count &+ value.count &+ 4
        fields &+= 1
        if bytes > limits.headBytes &* SessionSettings.headerListFactor { isExcessive = true }
        if bytes > limits.headBytes || name.count > Int(UInt16.max) { return .headTooLarge }
        return fields > fieldLimit ? .tooManyFields : nil
    }
}
