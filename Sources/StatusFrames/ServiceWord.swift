/// What a service says of itself in one message (sd_notify(3)).
public struct ServiceWord: Hashable, Sendable {
    /// Start-up, or a reload, is complete (READY=1).
    public internal(set) var isReady = false
    /// It reads its configuration again (RELOADING=1).
    public internal(set) var isReloading = false
    /// It is about to end (STOPPING=1).
    public internal(set) var isStopping = false
    /// It lives (WATCHDOG=1).
    public internal(set) var feedsWatchdog = false
    /// It has found out itself that it hangs (WATCHDOG=trigger).
    public internal(set) var triggersWatchdog = false
    /// From now on it feeds its watchdog that often (WATCHDOG_USEC).
    public internal(set) var watchdog: Duration?
    /// It needs that much more time for what it is doing (EXTEND_TIMEOUT_USEC).
    public internal(set) var extraTime: Duration?
    /// What it does, in its own words (STATUS), without control characters.
    public internal(set) var status: String?
    /// Its main process (MAINPID).
    public internal(set) var mainProcess: Int32?

    private static let statusBytes = 200

    /// From the lines of a message. What is not known, and what makes no sense, is passed over, as systemd does.
    public init(_ text: String) {
        for line in text.split(whereSeparator: { $0 == "\n" || $0 == "\r\n" }) {
            guard let sign = line.firstIndex(of: "=") else { continue }
            let value = line[line.index(after: sign)...]
            switch line[..<sign] {
            case "READY": isReady = isReady || value == "1"
            case "RELOADING": isReloading = isReloading || value == "1"
            case "STOPPING": isStopping = isStopping || value == "1"
            case "WATCHDOG" where value == "1": feedsWatchdog = true
            case "WATCHDOG" where value == "trigger": triggersWatchdog = true
            case "WATCHDOG_USEC": watchdog = Self.microseconds(value)
            case "EXTEND_TIMEOUT_USEC": extraTime = Self.microseconds(value)
            case "STATUS": status = Self.printable(value)
            case "MAINPID": mainProcess = Int32(value).flatMap { $0 > 1 ? $0 : nil }
            default: continue
            }
        }
        // RELOADING=1 with READY=1 in one message: the reload is over already.
        if isReady { isReloading = false }
    }

    private static func microseconds(_ text: Substring) -> Duration? {
        guard let count = UInt64(text), count <= 1 << 52 else { return nil }
        return .microseconds(Int64(count))
    }

    private static func printable(_ text: Substring) -> String {
        var kept = String(
            text.unicodeScalars.filter { $0.value >= 0x20 && !(0x7f...0x9f).contains($0.value) })
        while kept.utf8.count > statusBytes { kept.removeLast() }
        return kept
    }
}
