/// Times as an operator writes them: numbers with units in falling order.
public enum DurationText {
    /// Why a text is no time.
    public enum Fault: Error {
        /// It is not of the form.
        case malformed
        /// It is a bare number.
        case withoutUnit
        /// It is beyond what we count in.
        case tooLong
    }

    /// The units, longest first, with their milliseconds.
    private static let units: [(name: String, milliseconds: Int)] = [
        ("d", 86_400_000), ("h", 3_600_000), ("m", 60_000), ("s", 1000), ("ms", 1),
    ]

    /// Reads `0`, `250ms`, `10s`, `1h30m` and the like.
    public static func read(_ text: String) throws(Fault) -> Duration {
        if text == "0" { return .zero }
        if Digits.isDecimal(text[...]) { throw .withoutUnit }
        var rest = text[...]
        var allowed = units[...]
        var total = 0
        repeat {
            let digits = rest.prefix { $0.isASCII && $0.isNumber }
            guard !digits.isEmpty else { throw .malformed }
            rest = rest[digits.endIndex...]
            let word = rest.prefix { $0.isASCII && $0.isLetter }
            rest = rest[word.endIndex...]
            guard let index = allowed.firstIndex(where: { $0.name == word }) else { throw .malformed }
            let unit = allowed[index]
            allowed = allowed[(index + 1)...]
            guard let count = Digits.integer(digits) else { throw .tooLong }
            let (part, overflow) = count.multipliedReportingOverflow(by: unit.milliseconds)
            let (sum, overflowOfSum) = total.addingReportingOverflow(part)
            guard !overflow, !overflowOfSum, sum <= 1 << 50 else { throw .tooLong }
            total = sum
        } while !rest.isEmpty
        return .milliseconds(total)
    }

    /// The notation that ``read(_:)`` takes; less than a millisecond is left out.
    public static func write(_ duration: Duration) -> String {
        let (seconds, attoseconds) = duration.components
        var rest = Int(seconds) * 1000 + Int(attoseconds / 1_000_000_000_000_000)
        var text = ""
        for unit in units where rest >= unit.milliseconds {
            text += "\(rest / unit.milliseconds)\(unit.name)"
            rest %= unit.milliseconds
        }
        return text.isEmpty ? "0s" : text
    }
}
