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

    /// What could not be had is ours: it says nothing about the instance.
    var isWantOfOurs: Bool {
        switch self {
        case .connect(let error): error.isWantOfOurs
        case .handshake(let failure): failure.transportError?.isWantOfOurs ?? false
        }
    }
}
