/// Looks for bytes that are no UTF-8.
enum UTF8Fault {
    /// Where the first bytes stand that are no UTF-8; the end if there are none.
    static func position(in bytes: some Sequence<UInt8>) -> SourcePosition {
        var position = SourcePosition.start
        var iterator = bytes.makeIterator()
        var decoder = UTF8()
        while case .scalarValue(let scalar) = decoder.decode(&iterator) {
            if scalar == "\n" {
                position = SourcePosition(line: position.line + 1, column: 1)
            } else {
                position.column += 1
            }
        }
        return position
    }
}
