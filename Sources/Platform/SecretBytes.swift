internal import CLinux

/// Bytes that nobody may find in memory later: they never change, and are wiped when the last reference goes.
///
/// An array would do for neither: it is freed as it is, and wiping one that is shared wipes a copy.
@safe
public final class SecretBytes: Sendable {
    /// How many bytes there are.
    public let count: Int
    // Written in `init` only.
    private nonisolated(unsafe) let memory: UnsafeMutableRawBufferPointer

    /// A copy of `bytes`, which stay as they are.
    public init(copying bytes: Span<UInt8>) {
        count = bytes.count
        unsafe memory = .allocate(byteCount: bytes.count, alignment: 1)
        unsafe bytes.withUnsafeBytes { unsafe memory.copyMemory(from: $0) }
    }

    deinit {
        unsafe Self.wipe(memory)
        unsafe memory.deallocate()
    }

    /// The bytes, for as long as there is a reference.
    public var span: Span<UInt8> {
        @_lifetime(borrow self)
        borrowing get {
            let span = unsafe Span<UInt8>(_unsafeElements: memory.bindMemory(to: UInt8.self))
            return unsafe _overrideLifetime(span, borrowing: self)
        }
    }

    /// Zeroes memory in a way that no compiler takes for superfluous (explicit_bzero(3)).
    public static func wipe(_ memory: UnsafeMutableRawBufferPointer) {
        guard let start = memory.baseAddress else { return }
        unsafe explicit_bzero(start, memory.count)
    }
}

extension SecretBytes: Hashable {
    /// Whether all bytes are equal.
    public static func == (left: SecretBytes, right: SecretBytes) -> Bool {
        constantTimeEqual(left.span, right.span)
    }

    /// Their number alone: a hash would tell something of the bytes.
    public func hash(into hasher: inout Hasher) {
        hasher.combine(count)
    }
}
