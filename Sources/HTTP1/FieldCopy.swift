internal import HTTP
internal import Runtime

/// Copies the field lines of a head but those that are dropped. Lines that stand side by side and stay are
/// one copy, so that the usual head costs two or three.
struct FieldCopy {
    /// The kinds of the lines that were met, dropped or not.
    private(set) var seen: FieldKinds = []
    /// Where the bytes begin that are to be copied next.
    private var start: Int

    /// A copy whose first bytes are at `start`, the first field's name or something before it.
    init(from start: Int) {
        self.start = start
    }

    /// Copies `fields` up to `end`, where the last empty line begins, without the cookie called `cookie` (empty: none).
    mutating func run(
        _ fields: borrowing FieldTable, bytes: Span<UInt8>, end: Int, dropped: FieldKinds,
        rules: borrowing FieldRules,
        cookie: Span<UInt8>, into buffer: ByteBuffer
    ) {
        let lines = fields.lines
        for index in lines.indices {
            let line = lines[index]
            seen.formUnion(FieldKinds(line.kind))
            let isDropped =
                line.isDropped || dropped.contains(line.kind)
                || line.kind == .other && rules.removes(line.name.bytes(in: bytes))
            let isCookie = line.kind == .cookie && cookie.count > 0
            guard isDropped || isCookie && CookieRemoval.applies(line.value, bytes, name: cookie) else {
                continue
            }
            flush(to: Int(line.nameStart), bytes, into: buffer)
            start = index &+ 1 < lines.count ? Int(lines[index &+ 1].nameStart) : end
            if !isDropped { CookieRemoval.write(line, bytes, without: cookie, into: buffer) }
        }
        flush(to: end, bytes, into: buffer)
    }

    @inline(__always)
    private func flush(to end: Int, _ bytes: Span<UInt8>, into buffer: ByteBuffer) {
        guard start < end else { return }
        buffer.append(bytes.extracting(start..<end))
    }
}

/// Takes one cookie out of a `Cookie` line.
enum CookieRemoval {
    /// Whether a cookie called `name` is in the value at `extent`.
    static func applies(_ extent: Extent, _ bytes: Span<UInt8>, name: Span<UInt8>) -> Bool {
        var pairs = CookiePairs(extent)
        while let pair = pairs.next(in: bytes) {
            if ByteScan.equal(pair.name.bytes(in: bytes), name) { return true }
        }
        return false
    }

    /// Appends the line without the cookies called `name`; nothing if no other is left.
    static func write(
        _ line: FieldLine, _ bytes: Span<UInt8>, without name: Span<UInt8>, into buffer: ByteBuffer
    ) {
        var pairs = CookiePairs(line.value)
        var isFirst = true
        while let pair = pairs.next(in: bytes) {
            if ByteScan.equal(pair.name.bytes(in: bytes), name) { continue }
            if isFirst {
                buffer.append(line.name.bytes(in: bytes))
                buffer.append(": ")
            } else {
                buffer.append("; ")
            }
            buffer.append(pair.whole.bytes(in: bytes))
            isFirst = false
        }
        if !isFirst { buffer.append("\r\n") }
    }
}
