internal import CFuzzer
internal import Interfaces

/// Reads any bytes as what the kernel says of links and addresses; a part of them must be refused, or say the beginning of what
/// the whole says.
@main
struct RouteFuzzer {
    static func main() {
        _ = unsafe limpet_fuzz(CommandLine.argc, CommandLine.unsafeArgv) { start, count in
            if let start = unsafe start { unsafe fuzz(Span(_unsafeStart: start, count: count)) }
            return 0
        }
    }
}

private func fuzz(_ bytes: Span<UInt8>) {
    guard let whole = try? RouteParser.parse(bytes) else { return }
    for message in whole {
        guard case .link(let link) = message.content else { continue }
        precondition((1...15).contains(link.name.utf8.count), "a name that cannot be")
        precondition(link.name.utf8.allSatisfy { $0 > 0x20 && $0 < 0x7f }, "a name that harms a log")
    }
    for end in 0..<min(bytes.count, 300) {
        guard let part = try? RouteParser.parse(bytes.extracting(first: end)) else { continue }
        precondition(part == Array(whole.prefix(part.count)), "the outcome depends on what follows")
    }
}
