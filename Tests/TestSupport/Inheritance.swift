internal import Foundation
internal import Glibc
internal import Platform

/// Keeps the descriptors of the tests out of the programs that they start: a connection that lives on in some
/// child would never end for its peer.
enum Inheritance {
    /// Held from the birth of a descriptor until it is marked, and while a program starts.
    static let lock = Lock(())

    /// Marks all descriptors of the process, whoever opened them, but for the standard ones.
    static func forbidAll() {
        let names = (try? FileManager.default.contentsOfDirectory(atPath: "/proc/self/fd")) ?? []
        for number in names.compactMap({ Int32($0) }) where number > 2 {
            _ = fcntl(number, F_SETFD, FD_CLOEXEC)
        }
    }
}
