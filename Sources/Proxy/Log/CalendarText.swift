internal import Platform
internal import Runtime

/// Writes the date of the combined log format, `23/Nov/2026:18:15:00 +0000`.
enum CalendarText {
    private static let months: [StaticString] = [
        "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec",
    ]

    static func write(_ time: WallTime, into buffer: ByteBuffer) {
        let days = Int(time.seconds / 86400)
        let rest = time.seconds % 86400
        let (year, month, day) = civil(days)
        writeTwo(UInt64(day), into: buffer)
        buffer.append("/")
        buffer.append(months[month - 1])
        buffer.append("/")
        buffer.append(decimal: UInt64(year))
        for part in [rest / 3600, rest / 60 % 60, rest % 60] {
            buffer.append(":")
            writeTwo(part, into: buffer)
        }
        buffer.append(" +0000")
    }

    /// The Gregorian date of a day since 1970-01-01, by eras of 400 years that begin in March.
    private static func civil(_ days: Int) -> (year: Int, month: Int, day: Int) {
        let shifted = days + 719_468
        let era = shifted / 146_097
        let dayOfEra = shifted % 146_097
        let yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
        let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let shiftedMonth = (5 * dayOfYear + 2) / 153
        let month = shiftedMonth < 10 ? shiftedMonth + 3 : shiftedMonth - 9
        let year = yearOfEra + era * 400 + (month <= 2 ? 1 : 0)
        return (year, month, dayOfYear - (153 * shiftedMonth + 2) / 5 + 1)
    }

    private static func writeTwo(_ number: UInt64, into buffer: ByteBuffer) {
        if number < 10 { buffer.append("0") }
        buffer.append(decimal: number)
    }
}
