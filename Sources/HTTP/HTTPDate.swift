public import Runtime

/// The present time as `Date` carries it (RFC 9110 section 5.6.7): `Sun, 06 Nov 1994 08:49:37 GMT`. Written
/// once a second and then copied.
public struct HTTPDate: Sendable {
    private var seconds: UInt64
    private var text: InlineArray<29, UInt8>

    /// The date at `seconds` after 1970-01-01 00:00:00 UTC.
    public init(seconds: UInt64 = 0) {
        self.seconds = seconds
        text = Self.text(at: seconds)
    }

    /// Moves to `seconds` after 1970; does nothing if it is there.
    public mutating func update(seconds: UInt64) {
        guard seconds != self.seconds else { return }
        self.seconds = seconds
        text = Self.text(at: seconds)
    }

    /// The 29 bytes.
    public var bytes: Span<UInt8> {
        @_lifetime(borrow self)
        borrowing get { text.span }
    }

    /// Appends the whole field line.
    public func writeField(into buffer: ByteBuffer) {
        buffer.append("Date: ")
        buffer.append(text.span)
        buffer.append("\r\n")
    }

    private static func text(at seconds: UInt64) -> InlineArray<29, UInt8> {
        // A clock that has lost its mind shows the last day that has four digits for its year.
        let seconds = min(seconds, 253_402_300_799)
        let days = Int(seconds / 86_400)
        let time = Int(seconds % 86_400)
        let (year, month, day) = civil(days)
        var text = InlineArray<29, UInt8>(repeating: 0x20)
        copy("SunMonTueWedThuFriSat", from: (days + 4) % 7 * 3, count: 3, to: &text, at: 0)
        text[3] = 0x2c
        put(day, digits: 2, into: &text, at: 5)
        copy("JanFebMarAprMayJunJulAugSepOctNovDec", from: (month - 1) * 3, count: 3, to: &text, at: 8)
        put(year, digits: 4, into: &text, at: 12)
        put(time / 3600, digits: 2, into: &text, at: 17)
        text[19] = 0x3a
        put(time / 60 % 60, digits: 2, into: &text, at: 20)
        text[22] = 0x3a
        put(time % 60, digits: 2, into: &text, at: 23)
        copy("GMT", from: 0, count: 3, to: &text, at: 26)
        return text
    }

    /// Year, month and day of the `days`th day after 1970-01-01 in the Gregorian calendar. Years are counted
    /// from March, so that the leap day is a year's last; 719468 days lie between 0000-03-01 and 1970-01-01.
    private static func civil(_ days: Int) -> (year: Int, month: Int, day: Int) {
        let shifted = days + 719_468
        let era = shifted / 146_097
        let dayOfEra = shifted % 146_097
        let yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
        let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let marchMonth = (5 * dayOfYear + 2) / 153
        let day = dayOfYear - (153 * marchMonth + 2) / 5 + 1
        let month = marchMonth < 10 ? marchMonth + 3 : marchMonth - 9
        return (era * 400 + yearOfEra + (month <= 2 ? 1 : 0), month, day)
    }

    private static func put(_ value: Int, digits: Int, into text: inout InlineArray<29, UInt8>, at start: Int)
    {
        var rest = value
        for offset in stride(from: digits - 1, through: 0, by: -1) {
            text[start + offset] = 0x30 &+ UInt8(truncatingIfNeeded: rest % 10)
            rest /= 10
        }
    }

    private static func copy(
        _ words: StaticString, from first: Int, count: Int, to text: inout InlineArray<29, UInt8>,
        at start: Int
    ) {
        for offset in 0..<count {
            text[start + offset] = unsafe words.utf8Start[first + offset]
        }
    }
}
