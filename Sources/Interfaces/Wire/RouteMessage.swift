/// One message of the kernel (netlink(7), rtnetlink(7)), as far as it concerns links and addresses.
public struct RouteMessage: Hashable, Sendable {
    /// What a message says.
    public enum Content: Hashable, Sendable {
        /// A link is there, and looks like this.
        case link(Link)
        /// The link of that number is gone.
        case linkGone(UInt32)
        /// An address is there.
        case address(LinkAddress)
        /// An address is gone.
        case addressGone(LinkAddress)
        /// All that was asked for has been told; otherwise than with 0, an error number ended it.
        case done(Int32)
        /// A request was refused, for that error number; 0: it was taken.
        case refused(Int32)
        /// Something was lost.
        case overrun
        /// Something else, which is of no concern here.
        case other
    }

    /// The number of the request that this answers; a notification bears that of whoever made the change.
    public var sequence: UInt32
    /// The socket whose request this answers, or which made the change; 0: the kernel itself.
    public var port: UInt32
    /// What was asked for has changed while it was told (NLM_F_DUMP_INTR): it has to be asked for again.
    public var isInterrupted: Bool
    /// What it says.
    public var content: Content

    /// A message from its parts.
    public init(sequence: UInt32 = 0, port: UInt32 = 0, isInterrupted: Bool = false, _ content: Content) {
        self.sequence = sequence
        self.port = port
        self.isInterrupted = isInterrupted
        self.content = content
    }
}
