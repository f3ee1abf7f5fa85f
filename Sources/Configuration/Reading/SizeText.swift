/// Amounts of bytes as an operator writes them.
enum SizeText {
    /// The shortest notation that is exact.
    static func write(_ bytes: Int) -> String {
        for (shift, unit) in [(30, "GiB"), (20, "MiB"), (10, "KiB")] {
            let size = 1 << shift
            if bytes >= size, bytes % size == 0 { return "\(bytes / size)\(unit)" }
        }
        return "\(bytes)"
    }
}
