/// Why a session cannot be made.
public enum HTTP2Error: Error, Equatable, Sendable {
    /// There is no memory for it.
    case outOfMemory
    /// The library does not accept a setting; its own code.
    case badSetting(Int32)
}
