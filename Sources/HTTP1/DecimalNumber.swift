/// Numbers as HTTP writes them: one or more decimal digits and nothing else.
public enum DecimalNumber {
    /// The number in `digits`, clamped to `Int64.max` so that sums with it have room; nil if there is any
    /// byte other than a digit, or none.
    public static func parse(_ digits: Span<UInt8>) -> UInt64? {
        guard digits.count > 0 else { return nil }
        let greatest = UInt64(Int64.max)
        var value: UInt64 = 0
        for index in digits.indices {
            guard let digit = Byte.digit(digits[index]) else { return nil }
            let (product, overflow) = value.multipliedReportingOverflow(by: 10)
            value = overflow || product > greatest ? greatest : min(greatest, product &+ UInt64(digit))
        }
        return value
    }
}
