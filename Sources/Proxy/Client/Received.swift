/// What reading plaintext from a client came to.
enum Received {
    /// That many more bytes are in the input.
    case bytes(Int)
    /// None now.
    case nothing
    /// As many wait as may wait.
    case full
    /// The client has ended its direction.
    case end
    /// The connection is lost.
    case failed
}
