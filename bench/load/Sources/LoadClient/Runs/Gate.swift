internal import Foundation

/// The agreement with the script that measures: it reads the clocks of the gateway between `ready` and its answer.
enum Gate {
    /// Says that the run is warm and waits for the word to begin; false if there is none.
    static func wait() -> Bool {
        say("ready")
        return readLine() != nil
    }

    /// Writes the figures as one line of JSON.
    static func report(_ figures: some Encodable) throws {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        let data = try encoder.encode(figures)
        say(String(decoding: data, as: UTF8.self))
    }

    /// Writes a line at once.
    static func say(_ line: String) {
        FileHandle.standardOutput.write(Data("\(line)\n".utf8))
    }
}
