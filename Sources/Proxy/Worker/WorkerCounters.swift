internal import Affinity
internal import TLS

/// What one worker counts: events that are not worth a line in a log, and all placements by reason.
struct WorkerCounters {
    var connections = 0
    var connectionsRefused = 0
    var acceptFailures = 0
    var proxyHeadersRefused = 0
    var handshakeFailures = 0
    var handshakeTimeouts = 0
    var namesRefused = 0
    var requestsRefused = 0
    var requestsHeld = 0
    var requestsUnplaced = 0
    var responsesRefused = 0
    var responsesCutOff = 0
    var tunnelsOpened = 0
    var sessionsMade = 0
    /// Sessions of HTTP/2 whose client broke the protocol; those that were told to calm down are in `AbuseTally`.
    var sessionsRefused = 0
    private(set) var handshakes = [Int](repeating: 0, count: ResumptionKind.allCases.count)
    private(set) var placements = [Int](repeating: 0, count: Reason.allCases.count)

    /// Counts a handshake that has ended well.
    mutating func count(_ kind: ResumptionKind) {
        handshakes[Int(kind.rawValue)] &+= 1
    }

    /// Counts a placement.
    mutating func count(_ reason: Reason) {
        placements[Int(reason.rawValue)] &+= 1
    }
}
