import HTTP2
import TestSupport
import Testing

extension FrameCase {
    /// Plays the case on a new connection, whole and byte by byte.
    func check(greets: Bool = true) throws {
        for inPieces in [false, true] {
            let stage = try Stage(greets: greets)
            stage.send(bytes, inPieces: inPieces)
            let found = observe(stage)
            #expect(found == outcome, "\(description)\(inPieces ? ", byte by byte" : "")")
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
