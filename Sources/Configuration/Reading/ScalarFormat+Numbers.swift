extension ScalarFormat where Value == Int {
    /// A decimal number within a range.
    static func integer(_ range: ClosedRange<Int>) -> ScalarFormat {
        ScalarFormat { (text: String) throws(Refusal) in
            guard let value = Digits.integer(text[...]) else {
                guard Digits.isDecimal(text.hasPrefix("-") ? text.dropFirst() : text[...]) else {
                    throw .must("be a whole number")
                }
                throw .must("be from \(range.lowerBound) to \(range.upperBound)")
            }
            guard range.contains(value) else {
                throw .must("be from \(range.lowerBound) to \(range.upperBound)")
            }
            return value
        }
    }

    /// One of a few decimal numbers.
    static func integer(oneOf values: [Int]) -> ScalarFormat {
        ScalarFormat { (text: String) throws(Refusal) in
            guard let value = Digits.integer(text[...]), values.contains(value) else {
                throw .mustBeOneOf(values.map(String.init), suggestion: nil)
            }
            return value
        }
    }

    /// An amount of bytes: `512`, `16KiB`, `4MiB` or `1GiB`.
    static func size(_ range: ClosedRange<Int>) -> ScalarFormat {
        ScalarFormat { (text: String) throws(Refusal) in
            let digits = text.prefix { $0.isASCII && $0.isNumber }
            let units = ["": 0, "B": 0, "KiB": 10, "MiB": 20, "GiB": 30]
            guard let shift = units[String(text[digits.endIndex...])], !digits.isEmpty else {
                throw .must("be a size such as 512, 16KiB or 4MiB")
            }
            let limits = "be from \(SizeText.write(range.lowerBound)) to \(SizeText.write(range.upperBound))"
            guard let count = Digits.integer(digits) else { throw .must(limits) }
            let (bytes, overflow) = count.multipliedReportingOverflow(by: 1 << shift)
            guard !overflow, range.contains(bytes) else { throw .must(limits) }
            return bytes
        }
    }
}

extension ScalarFormat where Value == Duration {
    /// A time: `0`, or numbers with the units d, h, m, s and ms in falling order, such as `250ms` or `1h30m`.
    static func duration(_ range: ClosedRange<Duration>) -> ScalarFormat {
        ScalarFormat { (text: String) throws(Refusal) in
            let limits =
                "be from \(DurationText.write(range.lowerBound)) to \(DurationText.write(range.upperBound))"
            let value: Duration
            do throws(DurationText.Fault) {
                value = try DurationText.read(text)
            } catch {
                switch error {
                case .tooLong: throw .must(limits)
                case .withoutUnit: throw .must("have a unit, such as \(text)s")
                case .malformed: throw .must("be a duration such as 250ms, 10s, 5m or 8h")
                }
            }
            guard range.contains(value) else { throw .must(limits) }
            return value
        }
    }

    /// A time in whole seconds.
    static func seconds(_ range: ClosedRange<Duration>) -> ScalarFormat {
        duration(range).map { (value) throws(Refusal) in
            guard value.components.attoseconds == 0 else { throw .must("be a whole number of seconds") }
            return value
        }
    }
}

extension ScalarFormat where Value == UInt16 {
    /// A TCP port, 1...65535.
    static var port: ScalarFormat {
        ScalarFormat<Int>.integer(1...65535).map { (value) throws(Refusal) in
            UInt16(truncatingIfNeeded: value)
        }
    }
}

extension ScalarFormat where Value == UInt32 {
    /// A number of 32 bits.
    static var unsigned: ScalarFormat {
        ScalarFormat<Int>.integer(0...Int(UInt32.max)).map { (value) throws(Refusal) in
            UInt32(truncatingIfNeeded: value)
        }
    }

    /// Permissions of a file as three or four octal digits, such as `0660`.
    static var permissions: ScalarFormat {
        ScalarFormat { (text: String) throws(Refusal) in
            guard (3...4).contains(text.utf8.count), Digits.isDecimal(text[...]),
                let bits = UInt32(text, radix: 8), bits <= 0o777
            else {
                throw .must("be three or four octal digits such as 0660")
            }
            return bits
        }
    }
}

extension ScalarFormat where Value == ClosedRange<Int> {
    /// One HTTP status or a range of them: `204`, `200-399`.
    static var statuses: ScalarFormat {
        ScalarFormat { (text: String) throws(Refusal) in
            let ends = text.split(separator: "-", maxSplits: 1, omittingEmptySubsequences: false)
            let sentence = "be a status or a range of them, such as 204 or 200-399, within 100 to 599"
            guard let first = ends.first.flatMap(Digits.integer),
                let last = ends.last.flatMap(Digits.integer),
                (100...599).contains(first), (100...599).contains(last)
            else { throw .must(sentence) }
            guard first <= last else { throw .must("begin with the lower status") }
            return first...last
        }
    }
}
