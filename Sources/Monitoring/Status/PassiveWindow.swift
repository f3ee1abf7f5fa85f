internal import Platform

/// Answers, errors and resets of the last while, in ten slices of time.
struct PassiveWindow: Sendable {
    /// Sums of one slice, or of several.
    struct Sums: Sendable {
        var answers: UInt64 = 0
        var serverErrors: UInt64 = 0
        var resets: UInt64 = 0

        /// What was tried.
        var samples: UInt64 { answers + resets }
        /// What of it went wrong.
        var failures: UInt64 { serverErrors + resets }
    }

    private static let sliceCount: UInt64 = 10

    private let sliceNanoseconds: UInt64
    private var slices: [(number: UInt64, sums: Sums)]

    /// An empty window over `length`.
    init(length: Duration) {
        sliceNanoseconds = max(1, length.clampedNanoseconds / Self.sliceCount)
        slices = Array(repeating: (number: 0, sums: Sums()), count: Int(Self.sliceCount))
    }

    /// Adds what `report` tells to the present slice.
    mutating func add(_ report: PassiveReport, at now: MonotonicTime) {
        let number = now.nanoseconds / sliceNanoseconds
        let index = Int(number % Self.sliceCount)
        if slices[index].number != number { slices[index] = (number, Sums()) }
        slices[index].sums.answers += UInt64(report.answers)
        slices[index].sums.serverErrors += UInt64(report.serverErrors)
        slices[index].sums.resets += UInt64(report.resets)
    }

    /// The sums over the window that ends at `now`.
    func sums(at now: MonotonicTime) -> Sums {
        let present = now.nanoseconds / sliceNanoseconds
        var total = Sums()
        for slice in slices where slice.number <= present && present - slice.number < Self.sliceCount {
            total.answers += slice.sums.answers
            total.serverErrors += slice.sums.serverErrors
            total.resets += slice.sums.resets
        }
        return total
    }

    /// Forgets all.
    mutating func clear() {
        for index in slices.indices { slices[index] = (0, Sums()) }
    }
}
