internal import Platform

/// Takes the time of an operation on entries drawn at random, less what drawing costs.
struct Stopwatch {
    /// Operations a round.
    let lookUps: Int
    /// Rounds.
    let rounds: Int

    /// The median time of one call of `body` with a number below `count`, in nanoseconds.
    func time(among count: Int, _ body: (Int) -> UInt64) -> Double {
        let empty = median {
            UInt64(truncatingIfNeeded: $0)
        } of: {
            Draw.index($0, below: count)
        }
        let full = median(body) { Draw.index($0, below: count) }
        return max(0, full - empty)
    }

    /// The time of one read of a random word among that many bytes, in nanoseconds.
    func memoryFloor(bytes: Int) -> Double {
        let words = [UInt64](repeating: 1, count: max(1, bytes / 8))
        return time(among: words.count) { words[$0] }
    }

    /// The time of one of `count` calls, in nanoseconds.
    static func once(_ count: Int, _ body: (Int) -> Void) -> Double {
        let began = MonotonicTime.now
        for index in 0..<count { body(index) }
        return Double(MonotonicTime.now.nanoseconds(since: began)) / Double(count)
    }

    private func median(_ body: (Int) -> UInt64, of index: (Int) -> Int) -> Double {
        var times: [Double] = []
        for round in 0..<rounds {
            var sum: UInt64 = 0
            let began = MonotonicTime.now
            for step in 0..<lookUps { sum &+= body(index(round &* lookUps &+ step)) }
            times.append(Double(MonotonicTime.now.nanoseconds(since: began)) / Double(lookUps))
            Blackhole.take(sum)
        }
        return times.sorted()[rounds / 2]
    }
}

/// Where results go that only exist to be computed.
enum Blackhole {
    /// Uses a value in a way that the optimizer does not see through.
    @inline(never)
    static func take(_ value: UInt64) {
        if value == .max { Progress.say("") }
    }
}
