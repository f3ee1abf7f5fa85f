internal import ArgumentParser
internal import Foundation

/// `limpet-scale`: what becomes of the association table, the session cache and the policies when there are many
/// lineages, in one process and without a network.
@main
struct LimpetScale: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "limpet-scale",
        abstract: "Measure the association table and the session cache with 10^4 to 10^7 lineages.",
        discussion: "Writes one document of JSON; progress goes to the standard error. bench/scale drives it."
    )

    /// The studies.
    enum Study: String, CaseIterable, ExpressibleByArgument {
        case table, cache, balance, loss
    }

    @Option(help: "The smallest number of lineages.")
    var smallest = 10_000

    @Option(help: "The largest number of lineages; each step is ten times the one before.")
    var largest = 10_000_000

    @Option(help: "Look-ups for each figure.")
    var lookUps = 2_000_000

    @Option(help: "How often each figure is taken; the median counts.")
    var rounds = 5

    @Option(help: "Only these studies: \(Study.allCases.map(\.rawValue).joined(separator: ", ")).")
    var only: [Study] = Study.allCases

    func validate() throws {
        guard smallest >= 1000, largest >= smallest, largest <= 100_000_000 else {
            throw ValidationError("sizes are 1000 to 100000000")
        }
        guard (1000...1_000_000_000).contains(lookUps) else {
            throw ValidationError("--look-ups wants 1000 or more")
        }
        guard (1...101).contains(rounds) else { throw ValidationError("--rounds wants 1 to 101") }
    }

    func run() throws {
        var report = ScaleReport()
        let bench = Stopwatch(lookUps: lookUps, rounds: rounds)
        var sizes: [Int] = []
        var size = smallest
        while size <= largest {
            sizes.append(size)
            size *= 10
        }
        for study in only {
            switch study {
            case .table:
                for size in sizes {
                    Progress.say("association table, \(size) lineages")
                    report.table.append(TableStudy.run(size, bench))
                }
            case .cache:
                for size in sizes {
                    guard CacheStudy.fits(size) else {
                        Progress.say("session cache, \(size) sessions: left out, too little memory is free")
                        continue
                    }
                    Progress.say("session cache, \(size) sessions")
                    report.cache.append(CacheStudy.run(size, bench))
                }
            case .balance:
                Progress.say("balance under skewed load")
                report.balance = try BalanceStudy.run()
            case .loss:
                Progress.say("a lost table")
                report.loss = try LossStudy.run(lineages: min(largest, 200_000))
            }
        }
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .prettyPrinted]
        FileHandle.standardOutput.write(try encoder.encode(report) + Data("\n".utf8))
    }
}
