/// How an instance that nobody here starts may say itself how it is (sd_notify(3)).
public struct NotificationConfiguration: Sendable, Equatable {
    /// The path of the socket that it finds in its `NOTIFY_SOCKET`.
    public var socket: String
    /// The user whose processes are heard: a name or a number; nil: the gateway's own.
    public var user: String?
    /// After what time without WATCHDOG=1 it counts as hanging, once it has spoken; zero: never.
    public var watchdog = Duration.zero

    /// With a socket at that path.
    public init(socket: String) {
        self.socket = socket
    }
}

extension NotificationConfiguration: ReadableSection {
    init(reading section: SectionReader) {
        let context = section.context
        let path = ScalarFormat { (text: String) throws(Refusal) in
            try EndpointAddress.unixPath(path: text, in: context)
        }
        self.init(socket: section.required("socket", path, placeholder: ""))
        section.read("user", .name, into: &user)
        section.read("watchdog", .duration(.zero ... .seconds(86_400)), into: &watchdog)
        let place = section.position(of: "socket")
        if !socket.isEmpty, let earlier = context.claim("socket", socket, at: place) {
            context.refuse("the socket '\(socket)' is somebody else's already at \(earlier)", at: place)
        }
    }
}
