import Platform

/// The other end of a connection of the worker: a client or an instance, spoken for by hand.
final class Peer {
    private let descriptor: Descriptor
    /// No more comes.
    private(set) var hasEnded = false

    init(_ descriptor: consuming Descriptor) {
        self.descriptor = descriptor
    }

    /// Sends what the kernel takes; answers how many bytes that were.
    @discardableResult
    func send(_ text: String) -> Int {
        unsafe Array(text.utf8).withUnsafeBytes { bytes in
            guard case .bytes(let count) = unsafe Socket.send(descriptor.number, bytes) else { return 0 }
            return count
        }
    }

    /// What has come.
    func receive() -> String {
        var room = [UInt8](repeating: 0, count: 1 << 16)
        switch unsafe room.withUnsafeMutableBytes({ unsafe Socket.receive(descriptor.number, into: $0) }) {
        case .bytes(let count): return String(decoding: room.prefix(count), as: UTF8.self)
        case .wouldBlock: return ""
        case .end, .failed:
            hasEnded = true
            return ""
        }
    }

    /// Sends no more, and goes on reading.
    func finishSending() {
        Socket.shutdownWriting(descriptor.number)
    }

    /// Makes the coming end a reset.
    func resetOnClose() {
        Socket.resetOnClose(descriptor.number)
    }
}
