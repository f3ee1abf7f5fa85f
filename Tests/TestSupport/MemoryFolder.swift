internal import Foundation
internal import Platform

/// A folder in memory (tmpfs) that goes with its owner.
public final class MemoryFolder: Sendable {
    /// Its absolute path.
    public let path = "/dev/shm/limpet-test-\(SecureRandom.word())"

    /// The path alone: whoever needs the folder makes it.
    public init() {}

    deinit {
        try? FileManager.default.removeItem(atPath: path)
    }
}
