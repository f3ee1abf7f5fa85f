/// Finds the frames in what a peer sends (RFC 9113 section 4.1), by their headers alone: the library does not tell of those
/// that it ignores.
struct FrameScanner {
    /// How many frames there are of each kind that the library may ignore in silence, and how much there is of those that
    /// it has most to do with.
    struct Count: Equatable {
        /// DATA.
        var data = 0
        /// Types that RFC 9113 does not know.
        var unknown = 0
        /// Bytes of the frames that field blocks come in, without their headers.
        var fieldBytes = 0
    }

    /// What has come of the next header.
    private var header: InlineArray<9, UInt8> = InlineArray(repeating: 0)
    private var headerCount = 0
    /// How much has to pass before the next header.
    private var rest: Int
    private var bearsFields = false

    /// What a client says before its first frame (RFC 9113 section 3.4).
    static let prefaceBytes = 24
    private static let headerBytes = 9
    private static let headersType: UInt8 = 1
    private static let continuationType: UInt8 = 9
    private static let lastKnownType: UInt8 = 9

    /// A scanner that passes over the first `leading` bytes.
    init(leading: Int = 0) {
        rest = leading
    }

    /// Whether what comes next belongs to a field block.
    var isWithinFields: Bool { bearsFields && rest > 0 }

    /// Goes on with what has come; answers what it has of the frames that count.
    mutating func scan(_ bytes: Span<UInt8>) -> Count {
        var count = Count()
        var index = 0
        while index < bytes.count {
            guard rest == 0 else {
                let passed = min(rest, bytes.count &- index)
                if bearsFields { count.fieldBytes &+= passed }
                rest &-= passed
                index &+= passed
                continue
            }
            header[headerCount] = bytes[index]
            headerCount &+= 1
            index &+= 1
            if headerCount == Self.headerBytes { beginFrame(&count) }
        }
        return count
    }

    private mutating func beginFrame(_ count: inout Count) {
        headerCount = 0
        rest = Int(header[0]) << 16 | Int(header[1]) << 8 | Int(header[2])
        let type = header[3]
        bearsFields = type == Self.headersType || type == Self.continuationType
        if type == 0 {
            count.data &+= 1
        } else if type > Self.lastKnownType {
            count.unknown &+= 1
        }
    }
}
