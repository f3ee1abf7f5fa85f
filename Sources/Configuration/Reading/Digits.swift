/// Decimal numbers in texts.
enum Digits {
    /// Whether a text is one or more ASCII digits.
    static func isDecimal(_ text: Substring) -> Bool {
        !text.isEmpty && text.utf8.allSatisfy { $0 >= 0x30 && $0 <= 0x39 }
    }

    /// The number that ASCII digits make; nil for anything else and for what an `Int` can't hold.
    static func integer(_ text: Substring) -> Int? {
        isDecimal(text) ? Int(text) : nil
    }
}
