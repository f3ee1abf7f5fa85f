internal import HTTP

/// What in a message belongs to one user: an answer that holds something of that user's beside something of an attacker's
/// would tell by its compressed size how much the two have in common (BREACH).
public enum Credentials {
    /// Whether a request has `Authorization`, or a cookie other than the one called `ours`, which no service sees.
    public static func arePresent(
        in head: borrowing RequestHead, bytes: Span<UInt8>, besides ours: Span<UInt8>
    ) -> Bool {
        if head.fields.firstIndex(of: .authorization) != nil { return true }
        var index = head.fields.firstIndex(of: .cookie)
        while let current = index {
            var pairs = CookiePairs(head.fields[current].value)
            while let pair = pairs.next(in: bytes) {
                if ours.count == 0 || !ByteScan.equal(pair.name.bytes(in: bytes), ours) { return true }
            }
            index = head.fields.firstIndex(of: .cookie, from: current &+ 1)
        }
        return false
    }
}
