internal import CLinux

/// A file descriptor that closes itself when its owner goes.
public struct Descriptor: ~Copyable, Sendable {
    /// The number the kernel gave. Valid as long as this value lives.
    public let number: Int32

    /// Takes over `number`, which nobody else may close.
    public init(adopting number: Int32) {
        self.number = number
    }

    deinit {
        Self.close(number)
    }

    /// Gives the descriptor away: the caller closes it.
    public consuming func release() -> Int32 {
        let number = self.number
        discard self
        return number
    }

    /// Closes a descriptor whose number was released before.
    public static func close(_ number: Int32) {
        _ = CLinux.close(number)
    }
}
