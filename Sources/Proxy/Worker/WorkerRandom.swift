internal import Platform

/// Secure random numbers without a system call each: they come from the kernel in batches.
struct WorkerRandom: RandomNumberGenerator {
    private var batch = InlineArray<64, UInt64>(repeating: 0)
    private var used = 64

    mutating func next() -> UInt64 {
        if used == 64 {
            for index in batch.indices { batch[index] = 0 }
            var words = batch.mutableSpan
            unsafe words.withUnsafeMutableBytes { bytes in
                var span = unsafe MutableSpan<UInt8>(_unsafeBytes: bytes)
                SecureRandom.fill(&span)
            }
            used = 0
        }
        let word = batch[used]
        batch[used] = 0
        used += 1
        return word
    }
}
