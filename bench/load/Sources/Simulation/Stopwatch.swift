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

    /// The median time of one call of `body` after other work has taken the processor's caches, as it is in a
    /// gateway, less what reading the clock costs.
    ///
    /// - Parameters:
    ///   - count: how many numbers there are.
    ///   - warming: the same operation on a small table of its own, called right before each sample: the time of fetching
    ///     code again is the same for all sizes and would make the growth look smaller.
    ///   - body: the operation.
    /// - Returns: the time of one operation, in nanoseconds.
    func coldTime(among count: Int, warming: (Int) -> UInt64, _ body: (Int) -> UInt64) -> Double {
        var other = [UInt64](repeating: 1, count: Self.otherWorkBytes / 8)
        var sum: UInt64 = 0
        var times: [UInt64] = []
        var clock: [UInt64] = []
        for sample in 0..<Self.coldSamples {
            for place in stride(from: 0, to: other.count, by: 8) { other[place] &+= sum | 1 }
            for number in 0..<Self.warmingCalls { sum &+= warming(number) }
            let start = MonotonicTime.now
            let began = MonotonicTime.now
            sum &+= body(Draw.index(sample, below: count))
            let ended = MonotonicTime.now
            clock.append(began.nanoseconds(since: start))
            times.append(ended.nanoseconds(since: began))
        }
        Blackhole.take(sum)
        return max(0, Double(times.sorted()[times.count / 2]) - Double(clock.sorted()[clock.count / 2]))
    }

    /// More than the processor's caches hold for one core.
    private static let otherWorkBytes = 32 << 20
    private static let coldSamples = 501
    /// How many entries the small table has that warms the code, each looked up once.
    static let warmingCalls = 64

    /// The time of one read of a random word among that many bytes, in nanoseconds. Each read waits for the one before,
    /// as a look-up's does: reads that overlap would look cheaper than they are.
    func memoryFloor(bytes: Int) -> Double {
        let words = [UInt64](repeating: 1, count: max(1, bytes / 8))
        return max(0, chain(through: words) - chain(through: [1]))
    }

    private func chain(through words: [UInt64]) -> Double {
        var times: [Double] = []
        for round in 0..<rounds {
            var last: UInt64 = 1
            let began = MonotonicTime.now
            for step in 0..<lookUps {
                let place = Draw.index(
                    round &* lookUps &+ step &+ Int(truncatingIfNeeded: last), below: words.count)
                last = words[place]
            }
            times.append(Double(MonotonicTime.now.nanoseconds(since: began)) / Double(lookUps))
            Blackhole.take(last)
        }
        return times.sorted()[rounds / 2]
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
