extension Array where Element == UInt8 {
    /// The bytes of a span in an array of its own.
    init(copying bytes: Span<UInt8>) {
        self.init(capacity: bytes.count) { output in
            for index in bytes.indices { output.append(bytes[index]) }
        }
    }
}
