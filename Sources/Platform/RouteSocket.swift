internal import CLinux

/// A socket on which the kernel tells of links and addresses (rtnetlink(7)): it hears of every change, and may ask for all
/// that there is. Needs no privileges; it sees the network namespace that it was opened in.
public struct RouteSocket: ~Copyable, Sendable {
    /// What a read came to.
    public enum Receipt: Sendable, Equatable {
        /// A datagram of that many bytes, from the kernel.
        case datagram(Int)
        /// One that is of no use: from somebody else than the kernel.
        case foreign
        /// Nothing now: wait for readiness.
        case wouldBlock
        /// Something was lost (ENOBUFS), or did not fit: what is known may be wrong.
        case overflow
        /// The socket is of no use any more.
        case failed(SystemError)
    }

    private let descriptor: Descriptor
    /// The number that the kernel knows this socket by: answers bear it.
    public let port: UInt32

    /// Opens a socket that hears of links, IPv4 and IPv6 addresses.
    public init() throws(SystemError) {
        let number = limpet_route_open()
        guard number >= 0 else { throw .last("socket(AF_NETLINK)") }
        descriptor = Descriptor(adopting: number)
        port = limpet_route_port(number)
    }

    /// For the event loop.
    public var number: Int32 { descriptor.number }

    /// Sends a request to the kernel.
    public func send(_ request: [UInt8]) throws(SystemError) {
        guard unsafe limpet_route_send(descriptor.number, request, request.count) == request.count else {
            throw .last("sendto(AF_NETLINK)")
        }
    }

    /// Reads the next datagram to the beginning of `room`, which is as long as the longest that can be read.
    public func receive(into room: inout [UInt8]) -> Receipt {
        while true {
            let datagram = unsafe room.withUnsafeMutableBytes { bytes in
                unsafe limpet_route_receive(descriptor.number, bytes.baseAddress, bytes.count)
            }
            if datagram.count >= 0 {
                if datagram.sender != 0 { return .foreign }
                return datagram.is_truncated != 0 ? .overflow : .datagram(datagram.count)
            }
            let error = SystemError.last("recvmsg(AF_NETLINK)")
            switch error.number {
            case EAGAIN: return .wouldBlock
            case EINTR: continue
            case ENOBUFS: return .overflow
            default: return .failed(error)
            }
        }
    }
}
