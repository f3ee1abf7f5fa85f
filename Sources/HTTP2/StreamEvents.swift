/// What has happened to a stream and was not told yet.
struct StreamEvents: OptionSet {
    let rawValue: UInt8

    static let head = StreamEvents(rawValue: 1)
    static let input = StreamEvents(rawValue: 2)
    static let output = StreamEvents(rawValue: 4)
    static let closed = StreamEvents(rawValue: 8)
    /// The stream stands in the session's list of those to be told.
    static let isListed = StreamEvents(rawValue: 128)
}
