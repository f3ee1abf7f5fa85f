/// Why a PROXY header was refused.
public enum ProxyHeaderFault: UInt8, Error, Sendable, CaseIterable {
    case noHeader, badText, badAddress, badVersion, badCommand, badFamily, tooLong, tooShort, badExtension,
        badChecksum

    /// What is wrong, in words for an operator.
    public var sentence: StaticString {
        switch self {
        case .noHeader: "the connection does not begin with a PROXY header"
        case .badText: "a malformed PROXY line"
        case .badAddress: "a malformed address in a PROXY header"
        case .badVersion: "a PROXY header of an unknown version"
        case .badCommand: "a PROXY header with an unknown command"
        case .badFamily: "a PROXY header for something other than a stream"
        case .tooLong: "a PROXY header that is too long"
        case .tooShort: "a PROXY header that is too short for its addresses"
        case .badExtension: "a malformed extension in a PROXY header"
        case .badChecksum: "a PROXY header whose checksum is wrong"
        }
    }
}
