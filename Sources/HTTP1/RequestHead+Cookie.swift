public import HTTP

extension RequestHead {
    /// Where the value of the first cookie called `name` stands in `bytes`, which were parsed; nil if there
    /// is none. Names are case-sensitive.
    public borrowing func cookie(named name: Span<UInt8>, in bytes: Span<UInt8>) -> Extent? {
        var index = fields.firstIndex(of: .cookie)
        while let current = index {
            var pairs = CookiePairs(fields[current].value)
            while let pair = pairs.next(in: bytes) {
                if ByteScan.equal(pair.name.bytes(in: bytes), name) { return pair.value }
            }
            index = fields.firstIndex(of: .cookie, from: current &+ 1)
        }
        return nil
    }
}
