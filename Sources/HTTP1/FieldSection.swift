internal import HTTP

/// Reads field lines, up to and with the empty line that ends them (RFC 9112 section 5). It remembers where
/// it stood, so that no byte is looked at twice however slowly they come.
struct FieldSection {
    /// Why reading paused.
    enum Pause {
        /// The last line in the table is of a kind that the caller watches.
        case watched(FieldLine)
        /// The section ends before this offset.
        case end(Int)
        case incomplete
        case refused(Refusal)
    }

    private enum Phase {
        case lineStart, name, blanks, value
    }

    private var phase = Phase.lineStart
    /// The first byte that has not been judged.
    private var cursor: Int
    private var nameStart = 0
    private var nameEnd = 0
    private var nameClasses: CharacterClass = []
    private var valueStart = 0

    /// A section whose first line begins at offset `start`.
    init(start: Int) {
        cursor = start
    }

    /// Reads on in `bytes`, of which those before `end` count, adds lines to `fields`, and pauses after one
    /// whose kind is in `watched`.
    @inline(__always)
    mutating func read(
        _ bytes: Span<UInt8>, end: Int, into fields: inout FieldTable, watched: FieldKinds
    ) -> Pause {
        while true {
            if phase == .lineStart {
                if let pause = startLine(bytes, end: end) { return pause }
            }
            if phase == .name {
                cursor = ByteScan.firstOutsideToken(in: bytes, from: cursor, to: end, seen: &nameClasses)
                guard cursor < end else { return .incomplete }
                guard bytes[cursor] == Byte.colon else { return .refused(badName(bytes[cursor])) }
                nameEnd = cursor
                cursor &+= 1
                phase = .blanks
            }
            if phase == .blanks {
                while cursor < end, Byte.isBlank(bytes[cursor]) { cursor &+= 1 }
                guard cursor < end else { return .incomplete }
                valueStart = cursor
                phase = .value
            }
            if let pause = readValue(bytes, end: end) { return pause }
            let line = finishLine(bytes)
            guard nameEnd &- nameStart <= UInt16.max else { return .refused(.headTooLarge) }
            guard fields.append(line) else { return .refused(.tooManyFields) }
            if watched.contains(line.kind) { return .watched(line) }
        }
    }

    /// Judges the first byte of a line; nil if a name begins there.
    @inline(__always)
    private mutating func startLine(_ bytes: Span<UInt8>, end: Int) -> Pause? {
        guard cursor < end else { return .incomplete }
        let byte = bytes[cursor]
        if CharacterClass(of: byte).contains(.token) {
            nameStart = cursor
            nameClasses = []
            phase = .name
            return nil
        }
        switch byte {
        case Byte.carriageReturn:
            guard cursor &+ 1 < end else { return .incomplete }
            guard bytes[cursor &+ 1] == Byte.lineFeed else { return .refused(.bareCarriageReturn) }
            return .end(cursor &+ 2)
        case Byte.lineFeed: return .refused(.bareLineFeed)
        case Byte.space, Byte.tab: return .refused(.obsoleteFolding)
        case Byte.colon: return .refused(.emptyFieldName)
        default: return .refused(.badFieldName)
        }
    }

    /// Reads on in a value; nil if its line ends at the cursor.
    @inline(__always)
    private mutating func readValue(_ bytes: Span<UInt8>, end: Int) -> Pause? {
        while true {
            cursor = ByteScan.firstControl(in: bytes, from: cursor, to: end)
            guard cursor < end else { return .incomplete }
            switch bytes[cursor] {
            case Byte.carriageReturn:
                guard cursor &+ 1 < end else { return .incomplete }
                return bytes[cursor &+ 1] == Byte.lineFeed ? nil : .refused(.bareCarriageReturn)
            case Byte.tab:
                cursor &+= 1
            case Byte.lineFeed:
                return .refused(.bareLineFeed)
            default:
                return .refused(.badFieldValue)
            }
        }
    }

    /// Makes the line that ends at the carriage return under the cursor, and moves on to the next one.
    @inline(__always)
    private mutating func finishLine(_ bytes: Span<UInt8>) -> FieldLine {
        var valueEnd = cursor
        while valueEnd > valueStart, Byte.isBlank(bytes[valueEnd &- 1]) { valueEnd &-= 1 }
        cursor &+= 2
        phase = .lineStart
        let name = bytes.extracting(nameStart..<nameEnd)
        let isDropped = nameClasses.contains(.underscore) && Self.isAlias(name)
        return FieldLine(
            name: Extent(from: nameStart, to: nameEnd), value: Extent(from: valueStart, to: valueEnd),
            kind: FieldKind(name), isDropped: isDropped)
    }

    private func badName(_ byte: UInt8) -> Refusal {
        switch byte {
        case Byte.space, Byte.tab: .whiteSpaceBeforeColon
        case Byte.lineFeed: .bareLineFeed
        default: .badFieldName
        }
    }

    /// Whether `name`, read with hyphens for its underscores, is a field that the gateway knows. Services
    /// that turn fields into variables (CGI and its heirs) cannot tell the two apart, so such a line must not
    /// pass as an unknown one.
    private static func isAlias(_ name: Span<UInt8>) -> Bool {
        guard name.count <= FoldedName.maximumBytes else { return false }
        var plain = InlineArray<24, UInt8>(repeating: 0)
        for index in name.indices {
            plain[index] = name[index] == 0x5f ? 0x2d : name[index]
        }
        return FieldKind(plain.span.extracting(first: name.count)) != .other
    }
}
