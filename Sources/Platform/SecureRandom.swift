internal import CLinux

/// Unpredictable bytes from the kernel (getrandom(2)).
public enum SecureRandom {
    /// Fills `bytes` whole.
    public static func fill(_ bytes: inout MutableSpan<UInt8>) {
        unsafe bytes.withUnsafeMutableBytes { buffer in
            var done = 0
            while done < buffer.count, let base = buffer.baseAddress {
                let count = unsafe getrandom(base + done, buffer.count - done, 0)
                // getrandom fails only when interrupted: the buffer is ours and the flags are zero.
                if count > 0 { done += count }
            }
        }
    }

    /// Sixty-four unpredictable bits.
    public static func word() -> UInt64 {
        var value: UInt64 = 0
        unsafe withUnsafeMutableBytes(of: &value) { buffer in
            var span = unsafe MutableSpan<UInt8>(_unsafeBytes: buffer)
            fill(&span)
        }
        return value
    }

    /// `count` unpredictable bytes.
    public static func bytes(_ count: Int) -> [UInt8] {
        var result = [UInt8](repeating: 0, count: count)
        var span = result.mutableSpan
        fill(&span)
        return result
    }
}

/// Whether both hold the same bytes, in a time that depends on their lengths alone.
public func constantTimeEqual(_ left: Span<UInt8>, _ right: Span<UInt8>) -> Bool {
    guard left.count == right.count else { return false }
    var difference: UInt8 = 0
    for index in left.indices {
        difference |= left[index] ^ right[index]
    }
    return difference == 0
}
