internal import TestSupport
internal import Testing

/// A request that a gateway must not pass on.
struct MalformedRequest: Sendable, CustomTestStringConvertible {
    /// How much of it may reach the service.
    enum Reach: Sendable {
        /// Not a byte.
        case nothing
        /// The head and good parts of the body, for what is wrong comes later; but never its end.
        case beginning
    }

    /// What comes behind each of them, and must not be taken for a request.
    static let follower = "GET /smuggled HTTP/1.1\r\nHost: limpet.test\r\n\r\n"

    /// The limits of the gateway that they meet.
    static let limits = "{ head: 8KiB, fields: 50, target: 2KiB, body: 64KiB, trailers: 1KiB }"

    /// A sentence.
    let name: String
    let bytes: [UInt8]
    /// The statuses that the RFCs allow as an answer.
    let statuses: [Int]
    let reach: Reach

    var testDescription: String { name }

    init(_ name: String, _ text: String, _ statuses: Int..., reach: Reach = .nothing) {
        self.name = name
        bytes = [UInt8](text + Self.follower)
        self.statuses = statuses
        self.reach = reach
    }

    /// With bytes that are no text between a beginning and an end.
    init(_ name: String, _ beginning: String, raw: [UInt8], _ end: String, _ statuses: Int...) {
        self.name = name
        bytes = [UInt8](beginning) + raw + [UInt8](end + Self.follower)
        self.statuses = statuses
        reach = .nothing
    }

    /// A GET with that field line, written with its line end.
    static func field(_ name: String, _ line: String, _ status: Int = 400) -> MalformedRequest {
        MalformedRequest(name, "GET / HTTP/1.1\r\nHost: limpet.test\r\n\(line)\r\n", status)
    }

    /// A POST of five bytes with those framing fields.
    static func framed(
        _ name: String, _ fields: String, body: String = "hello", version: String = "1.1", _ statuses: Int...
    ) -> MalformedRequest {
        let head = "POST /upload HTTP/\(version)\r\nHost: limpet.test\r\n\(fields)\r\n"
        return MalformedRequest(
            name: name, bytes: [UInt8](head + body + follower), statuses: statuses.isEmpty ? [400] : statuses,
            reach: .nothing)
    }

    /// A chunked POST with that body, in which something is wrong.
    static func chunked(_ name: String, _ body: String, _ statuses: Int...) -> MalformedRequest {
        let head = "POST /upload HTTP/1.1\r\nHost: limpet.test\r\nTransfer-Encoding: chunked\r\n\r\n"
        return MalformedRequest(
            name: name, bytes: [UInt8](head + body + follower), statuses: statuses.isEmpty ? [400] : statuses,
            reach: .beginning)
    }

    private init(name: String, bytes: [UInt8], statuses: [Int], reach: Reach) {
        self.name = name
        self.bytes = bytes
        self.statuses = statuses
        self.reach = reach
    }
}
