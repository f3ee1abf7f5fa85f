internal import Foundation
internal import Glibc
internal import Platform

/// The reading end of a pipe into which a child writes; all that came is kept.
final class OutputCollector: Sendable {
    private struct State: Sendable {
        var bytes: [UInt8] = []
        var hasEnded = false
    }

    private let state = Watched(State())
    /// The writing end, for the child. To be closed here once the child has its own copy.
    let writer: Socket

    init() throws {
        let reader: Socket
        (reader, writer) = try Socket.pipe()
        let state = state
        Thread.detachNewThread { Self.collect(from: reader, into: state) }
    }

    private static func collect(from reader: Socket, into state: Watched<State>) {
        var buffer = [UInt8](repeating: 0, count: 65_536)
        while true {
            let taken = unsafe read(reader.descriptor, &buffer, buffer.count)
            if taken < 0, errno == EINTR { continue }
            guard taken > 0 else { break }
            let bytes = buffer[..<taken]
            state.change { $0.bytes += bytes }
        }
        state.change { $0.hasEnded = true }
    }

    /// What has come so far.
    var bytes: [UInt8] {
        state.value.bytes
    }

    /// Waits until nobody can write any more.
    func waitForEnd(until deadline: Deadline) -> Bool {
        state.wait(until: deadline) { $0.hasEnded ? true : nil } ?? false
    }

    /// Waits until `answer` finds something in what came.
    func wait<Answer>(until deadline: Deadline, for answer: ([UInt8]) -> Answer?) -> Answer? {
        state.wait(until: deadline) { answer($0.bytes) }
    }
}
