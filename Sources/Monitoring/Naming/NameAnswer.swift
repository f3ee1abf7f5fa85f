internal import Platform

/// What looking up a name came to.
enum NameAnswer: Sendable, Equatable {
    /// The addresses, the most suitable first (RFC 6724), and for how long they hold; nil if no TTL is known, as
    /// for names of the hosts file.
    case addresses([IPAddress], life: Duration?)
    /// None; the reason in the library's words.
    case failed(String)
}
