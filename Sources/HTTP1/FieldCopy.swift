internal import HTTP
internal import Runtime

/// Copies the field lines of a head but those that are dropped. Lines that stand side by side and stay are
/// one copy, so that the usual head costs two or three.
struct FieldCopy {
    /// The kinds of the lines that were met, but for those that end here whatever their kind.
    private(set) var seen: FieldKinds = []
    /// Where the bytes begin that are to be copied next.
    private var start: Int

    /// A copy whose first bytes are at `start`, the first field's name or something before it.
    init(from start: Int) {
        self.start = start
    }

    /// Copies `fields` up to `end`, where the last empty line begins, without the cookie called `cookie`
    /// (empty: none).
    mutating func run(
        _ fields: borrowing FieldTable, bytes: Span<UInt8>, end: Int, dropped: FieldKinds,
        rules: FieldRules, cookie: Span<UInt8>, into buffer: ByteBuffer
    ) {
        let lines = fields.lines
        for index in lines.indices {
            let line = lines[index]
            if !line.isDropped { seen.formUnion(FieldKinds(line.kind)) }
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
