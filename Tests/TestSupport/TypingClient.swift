internal import Foundation
public import Glibc

/// A program at whose input a test types while it runs. Belongs to one thread.
public final class TypingClient {
    private let child: ChildProcess
    private let input: Socket
    private let output: OutputCollector

    /// Starts the program at `path`, or one that the usual folders hold.
    public init(_ name: String, _ arguments: [String]) throws {
        output = try OutputCollector()
        let (reader, writer) = try Socket.pipe()
        child = try ChildProcess(
            Command.find(name), arguments,
            descriptors: [reader.descriptor, output.writer.descriptor, output.writer.descriptor])
        reader.close()
        output.writer.close()
        input = writer
    }

    /// What it has said so far, invalid UTF-8 repaired.
    public var said: String { output.bytes.text }

    /// Types a text.
    public func type(_ text: String) throws {
        let bytes = [UInt8](text)
        let written = unsafe bytes.withUnsafeBytes {
            unsafe write(input.descriptor, $0.baseAddress, $0.count)
        }
        guard written == bytes.count else { throw HarnessError.system("write", errno) }
    }

    /// Waits until it has said `text`.
    public func wait(for text: String, until deadline: Deadline = Deadline()) throws {
        guard output.wait(until: deadline, for: { $0.contains(text: text) ? true : nil }) != nil else {
            throw HarnessError.timeout(waitingFor: text, seen: said)
        }
    }

    /// Ends it, by `signal`; answers how it ended.
    @discardableResult
    public func end(by signal: Int32 = SIGTERM) throws -> ChildProcess.Ending {
        input.close()
        child.signal(signal)
        guard let ending = child.wait() else {
            throw HarnessError.timeout(waitingFor: "a client's end", seen: said)
        }
        return ending
    }
}
