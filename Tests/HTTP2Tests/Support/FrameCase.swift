import HTTP
import HTTP2
import TestSupport
import Testing

/// What a client sends, and what has to come of it.
struct FrameCase: CustomTestStringConvertible, Sendable {
    enum Outcome: Equatable {
        /// Stream 1 is a request that is passed on, and the connection goes on.
        case accepted
        /// Stream 1 gets an answer that says what is wrong with it, and the connection goes on.
        case refused(Refusal)
        /// Stream 1 is reset, and the connection goes on.
        case streamError(ErrorCode)
        /// The connection ends.
        case connectionError(ErrorCode)
        /// Nothing at all.
        case nothing
    }

    let testDescription: String
    let bytes: [UInt8]
    let outcome: Outcome

    init(_ name: String, _ outcome: Outcome, _ frames: [Frame]) {
        self.init(name, outcome, bytes: frames.flatMap(\.bytes))
    }

    init(_ name: String, _ outcome: Outcome, bytes: [UInt8]) {
        testDescription = name
        self.bytes = bytes
        self.outcome = outcome
    }

    /// Plays the case on a new connection.
    func check(greets: Bool = true) throws {
        for inPieces in [false, true] {
            let stage = try Stage(greets: greets)
            stage.send(bytes, inPieces: inPieces)
            let found = observe(stage)
            #expect(found == outcome, "\(testDescription)\(inPieces ? ", byte by byte" : "")")
        }
    }

    private func observe(_ stage: Stage) -> Outcome {
        if let code = stage.goAways.last { return .connectionError(code) }
        if let code = stage.resets().first { return .streamError(code) }
        guard stage.isAlive() else { return .connectionError(.noError) }
        if let refusal = stage.log.refusals[1] { return .refused(refusal) }
        return stage.log.opened.contains(1) ? .accepted : .nothing
    }
}
