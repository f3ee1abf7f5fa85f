internal import Balancing
public import Monitoring
internal import Platform

/// The text of the file in which what operators want outlives the gateway. Its times are the wall clock's: it holds after
/// the machine has started anew, too.
///
/// ```
/// limpet administrative state 1
/// portal-1@a draining 1764000000000 1764000300000 ready
/// ```
/// Each line: the identity, what is wanted, since when, until when draining shall take (or `-`), and what the configuration
/// said at that time. Any other line makes the whole file worthless: half of what an operator wanted may be worse than nothing.
public enum WishFile {
    /// Why a text is worthless: the number of the first line that makes no sense.
    public struct Fault: Error, Hashable, Sendable, CustomStringConvertible {
        /// From 1 on.
        public let line: Int

        /// A sentence for the operator.
        public var description: String { "line \(line) makes no sense" }
    }

    private static let head = "limpet administrative state 1"

    /// The text that says `wishes`.
    public static func write(_ wishes: [KeptWish], clock: ClockPair) -> String {
        let lines = wishes.map { kept in
            let deadline = kept.wish.deadline.map { "\(clock.milliseconds(at: $0))" } ?? "-"
            let since = clock.milliseconds(at: kept.wish.since)
            return "\(kept.instance) \(kept.wish.state.name) \(since) \(deadline) \(kept.configured.name)\n"
        }
        return "\(head)\n" + lines.joined()
    }

    /// What a text says.
    public static func read(_ text: String, clock: ClockPair) throws(Fault) -> [KeptWish] {
        // By scalars: CR LF would be one character.
        let lines = text.unicodeScalars.split(separator: "\n", omittingEmptySubsequences: false)
            .map(Substring.init)
        guard lines.first == head[...] else { throw Fault(line: 1) }
        // The last line has its end, too: a file that was cut off is noticed.
        guard lines.count > 1, lines.last?.isEmpty == true else { throw Fault(line: lines.count) }
        var seen: Set<String> = []
        var wishes: [KeptWish] = []
        for (index, line) in lines.enumerated().dropFirst().dropLast() {
            guard let kept = wish(line, clock), seen.insert(kept.instance).inserted else {
                throw Fault(line: index + 1)
            }
            wishes.append(kept)
        }
        return wishes
    }

    private static func wish(_ line: Substring, _ clock: ClockPair) -> KeptWish? {
        let fields = line.split(separator: " ", omittingEmptySubsequences: false)
        guard fields.count == 5, isIdentity(fields[0]), let state = administrative(fields[1]),
            let since = number(fields[2]), let configured = administrative(fields[4])
        else { return nil }
        var deadline: MonotonicTime?
        if fields[3] != "-" {
            guard state == .draining, let told = number(fields[3]) else { return nil }
            deadline = clock.moment(at: told, horizon: AdministrativeOrder.longestDrain)
        }
        let wish = AdministrativeWish(
            state, since: clock.moment(at: since, horizon: .zero), deadline: deadline, origin: .operator)
        return KeptWish(instance: String(fields[0]), wish: wish, configured: configured)
    }

    private static func isIdentity(_ text: Substring) -> Bool {
        let parts = text.split(separator: "@", omittingEmptySubsequences: false)
        return parts.count == 2 && text.utf8.count <= ControlFrame.identityBytes
            && parts.allSatisfy { !$0.isEmpty && $0.utf8.allSatisfy { $0 > 0x20 && $0 < 0x7f } }
    }

    private static func administrative(_ text: Substring) -> AdministrativeState? {
        AdministrativeState.allCases.first { "\($0.name)" == text }
    }

    private static func number(_ text: Substring) -> UInt64? {
        guard text.utf8.allSatisfy({ (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }) else {
            return nil
        }
        return UInt64(text)
    }
}
