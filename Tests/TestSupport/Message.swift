/// A field line of a message, as it was sent.
public struct Field: Sendable, Equatable {
    /// The name, in the sender's case.
    public let name: String
    /// The value without the white space around it.
    public let value: String
}

/// The field lines of a message, in order.
public struct Fields: Sendable {
    /// All of them.
    public var lines: [Field] = []

    /// The values of a name, whatever its case.
    public func all(_ name: String) -> [String] {
        lines.filter { $0.name.lowercased() == name.lowercased() }.map(\.value)
    }

    /// The only value of a name; nil when there is none, or more than one.
    public subscript(name: String) -> String? {
        let values = all(name)
        return values.count == 1 ? values.first : nil
    }

    /// Whether a comma-separated list contains `token`, whatever its case.
    public func has(_ token: String, in name: String) -> Bool {
        all(name).joined(separator: ",").split(separator: ",").contains {
            $0.trimmed.lowercased() == token.lowercased()
        }
    }
}

extension Substring {
    /// Without spaces and tabs around it.
    var trimmed: Substring {
        let blank: (Character) -> Bool = { $0 == " " || $0 == "\t" }
        var rest = drop(while: blank)
        while let last = rest.last, blank(last) { rest.removeLast() }
        return rest
    }
}

/// A request as it reached an upstream.
public struct RequestMessage: Sendable {
    /// The place of the request among all that reached the upstream, from 0, over its connections.
    public internal(set) var number = 0
    /// The method.
    public let method: String
    /// The request target.
    public let target: String
    /// `HTTP/1.1`.
    public let version: String
    /// The field lines.
    public let fields: Fields
    /// The head's very bytes, its empty line included.
    public let head: [UInt8]
    /// The body without its framing, as far as it was read.
    public internal(set) var body: [UInt8] = []
    /// The trailer fields of a chunked body.
    public internal(set) var trailers = Fields()

    /// The first words of the request, for reports and comparisons: `GET /path`.
    public var summary: String {
        "\(method) \(target)"
    }
}

/// A response as it reached a client.
public struct ResponseMessage: Sendable {
    /// How the body's end was found.
    public enum Framing: Sendable, Equatable {
        /// There is no body.
        case none
        /// Content-Length.
        case length(Int)
        /// The chunked coding.
        case chunked
        /// The end of the connection.
        case untilClose
    }

    /// The status code.
    public let status: Int
    /// The reason phrase.
    public let reason: String
    /// `HTTP/1.1`.
    public let version: String
    /// The field lines.
    public let fields: Fields
    /// The head's very bytes, its empty line included.
    public let head: [UInt8]
    /// How the body was framed.
    public internal(set) var framing = Framing.none
    /// The body without its framing.
    public internal(set) var body: [UInt8] = []
    /// The trailer fields of a chunked body.
    public internal(set) var trailers = Fields()

    /// Whether the sender said that it closes the connection.
    public var announcesClose: Bool {
        fields.has("close", in: "Connection")
    }
}
