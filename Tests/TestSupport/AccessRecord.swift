internal import Foundation

/// A line of the access log in its JSON form.
public struct AccessRecord: Sendable {
    /// The value of a key.
    public enum Value: Sendable, Equatable {
        /// A JSON string.
        case text(String)
        /// A JSON number.
        case number(Double)
        /// A JSON boolean.
        case flag(Bool)
        /// A JSON null.
        case null
    }

    /// The values by their keys.
    public let values: [String: Value]
    /// The line as it was written.
    public let line: String

    /// Reads a line, which must be a flat JSON object.
    public init(_ bytes: [UInt8]) throws {
        line = bytes.text
        do {
            values = try JSONDecoder().decode([String: Value].self, from: Data(bytes))
        } catch {
            throw HarnessError.malformed("a line of the access log: \(error)", seen: bytes.readable)
        }
    }

    /// A string value.
    public func text(_ key: String) -> String? {
        if case .text(let value)? = values[key] { return value }
        return nil
    }

    /// A number.
    public func number(_ key: String) -> Double? {
        if case .number(let value)? = values[key] { return value }
        return nil
    }
}

extension AccessRecord.Value: Decodable {
    /// Reads a string, a number, a boolean or null.
    public init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        if container.decodeNil() {
            self = .null
        } else if let flag = try? container.decode(Bool.self) {
            self = .flag(flag)
        } else if let number = try? container.decode(Double.self) {
            self = .number(number)
        } else {
            self = .text(try container.decode(String.self))
        }
    }
}
