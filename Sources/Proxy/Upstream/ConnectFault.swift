internal import Platform
internal import TLS

/// Why there is no connection to an instance.
enum ConnectFault {
    /// The kernel has none.
    case connect(SystemError)
    /// There is one, but no TLS on it.
    case handshake(TLSFailure)

    /// Whether it may be over in a moment. What waiting and looking up names have not brought was given its time already, and
    /// a judgement of TLS stays the same.
    var mayPass: Bool {
        switch self {
        case .connect(.unresolved), .connect(.timedOut): false
        case .connect: true
        case .handshake(let failure): !failure.isVerdict
        }
    }

    /// What could not be had is ours, or a place in a queue: it says nothing against the instance.
    var isWant: Bool {
        switch self {
        case .connect(let error): error.isWantOfOurs || error.isFullQueue
        case .handshake(let failure): failure.transportError?.isWantOfOurs ?? false
        }
    }
}
