public import Platform

/// The one type that does socket I/O: a non-blocking stream socket with read-ahead and gathered writes.
///
/// Reading takes as much as the kernel has into the loop's scratch and hands it out in pieces. Writing never comes
/// short: what the kernel does not take waits in a pooled buffer, and `hasPendingOutput` tells the caller to stop
/// producing. Thread-confined; closed by `close()`.
@safe
public final class Transport {
    /// The socket. -1 once closed.
    public private(set) var descriptor: Int32
    /// Set when sending failed: the connection is lost, what is written is dropped.
    public private(set) var failure: SystemError?

    private let scratch: LoopScratch
    private let buffers: BufferPool
    /// The last read emptied the kernel's buffer: reading again before the next edge would be in vain.
    private var isDrained = false
    /// The peer has ended or the connection broke: only reading to the end will tell.
    private var sawPeerClose = false
    private var isCorked = false
    /// Read ahead, but the scratch was needed by another.
    private var spilled: ByteBuffer?
    private var pending: ByteBuffer?

    /// Bytes received from and accepted by the kernel, in total.
    public private(set) var receivedBytes: UInt64 = 0
    /// Bytes that the kernel has taken, in total.
    public private(set) var sentBytes: UInt64 = 0

    /// Takes over `descriptor`, which must be non-blocking.
    public init(adopting descriptor: consuming Descriptor, loop: EventLoop) {
        self.descriptor = descriptor.release()
        scratch = loop.scratch
        buffers = loop.buffers
    }

    deinit {
        close()
    }

    /// Closes the socket and gives all buffers back. The handler must be detached before.
    public func close() {
        guard descriptor >= 0 else { return }
        if scratch.inputOwner === self { scratch.inputOwner = nil }
        if scratch.outputOwner === self { scratch.outputOwner = nil }
        if let spilled { buffers.give(spilled) }
        if let pending { buffers.give(pending) }
        spilled = nil
        pending = nil
        Descriptor.close(descriptor)
        descriptor = -1
    }

    /// Tells what epoll said: a new edge allows reading again and sends what waits. True if all of it has left.
    @discardableResult
    public func note(_ readiness: Readiness) -> Bool {
        if !readiness.isDisjoint(with: [.readable, .peerClosed]) { isDrained = false }
        if !readiness.isDisjoint(with: .peerClosed) { sawPeerClose = true }
        return readiness.contains(.writable) ? flush() : !hasPendingOutput
    }

    // MARK: Reading

    /// Whether bytes read ahead wait in memory: no edge will announce them.
    public var hasBufferedInput: Bool {
        spilled != nil || (scratch.inputOwner === self && scratch.inputStart < scratch.inputEnd)
    }

    /// Whether reading can bring anything: something is buffered, or the kernel has not been found empty since the last edge.
    public var mayHaveInput: Bool { !isDrained || hasBufferedInput }

    /// Puts bytes back in front of what is still to be read: what a reader took beyond its own part.
    public func unread(_ bytes: Span<UInt8>) {
        let buffer = buffers.take(capacity: bytes.count)
        buffer.append(bytes)
        if let spilled {
            buffer.append(spilled.readable)
            buffers.give(spilled)
        } else if scratch.inputOwner === self {
            unsafe buffer.append(
                UnsafeRawBufferPointer(
                    start: scratch.input + scratch.inputStart, count: scratch.inputEnd &- scratch.inputStart))
            scratch.inputStart = scratch.inputEnd
        }
        spilled = buffer
    }

    /// Reads up to `buffer.count` bytes, from what was read ahead or through it: for readers of small pieces.
    public func read(into buffer: UnsafeMutableRawBufferPointer) -> Socket.Transfer {
        if let spilled { return unsafe readSpilled(spilled, into: buffer) }
        if scratch.inputOwner !== self || scratch.inputStart == scratch.inputEnd {
            if isDrained { return .wouldBlock }
            claimInput()
            let room = unsafe UnsafeMutableRawBufferPointer(
                start: scratch.input, count: LoopScratch.inputBytes)
            let transfer = unsafe receive(into: room)
            guard case .bytes(let count) = transfer else { return transfer }
            scratch.inputStart = 0
            scratch.inputEnd = count
        }
        let count = min(buffer.count, scratch.inputEnd &- scratch.inputStart)
        guard let target = buffer.baseAddress, count > 0 else { return .wouldBlock }
        unsafe target.copyMemory(from: scratch.input + scratch.inputStart, byteCount: count)
        scratch.inputStart &+= count
        return .bytes(count)
    }

    /// Reads straight into `buffer`: for readers of large pieces. Not to be mixed with `read`.
    public func receive(into buffer: UnsafeMutableRawBufferPointer) -> Socket.Transfer {
        if let spilled { return unsafe readSpilled(spilled, into: buffer) }
        if isDrained { return .wouldBlock }
        let transfer = unsafe Socket.receive(descriptor, into: buffer)
        switch transfer {
        case .bytes(let count):
            receivedBytes &+= UInt64(count)
            // epoll(7): on a stream, a short read means that the buffer is empty. An end that we know of must still be read.
            if count < buffer.count, !sawPeerClose { isDrained = true }
        case .wouldBlock:
            isDrained = true
        case .end, .failed:
            break
        }
        return transfer
    }

    private func claimInput() {
        if let owner = scratch.inputOwner, owner !== self { owner.spill() }
        scratch.inputOwner = self
        scratch.inputStart = 0
        scratch.inputEnd = 0
    }

    /// Another transport needs the scratch: keep what is left.
    private func spill() {
        let count = scratch.inputEnd &- scratch.inputStart
        guard count > 0 else { return }
        let buffer = buffers.take(capacity: count)
        unsafe buffer.append(UnsafeRawBufferPointer(start: scratch.input + scratch.inputStart, count: count))
        spilled = buffer
        scratch.inputEnd = scratch.inputStart
    }

    private func readSpilled(_ spilled: ByteBuffer, into buffer: UnsafeMutableRawBufferPointer)
        -> Socket.Transfer
    {
        let count = unsafe spilled.withReadableBytes { bytes in
            let count = min(bytes.count, buffer.count)
            if let target = buffer.baseAddress, let source = bytes.baseAddress {
                unsafe target.copyMemory(from: source, byteCount: count)
            }
            return count
        }
        spilled.consume(count)
        if spilled.isEmpty {
            buffers.give(spilled)
            self.spilled = nil
        }
        return .bytes(count)
    }

    // MARK: Writing

    /// Whether the kernel has not yet taken everything: stop producing until `note` or `flush` says so.
    public var hasPendingOutput: Bool { pending != nil }

    /// How many bytes wait for the kernel.
    public var pendingOutputBytes: Int { pending?.count ?? 0 }

    /// From here on writes are gathered, until `uncork`.
    public func cork() {
        isCorked = true
    }

    /// Sends what was gathered, in one call if the kernel takes it.
    public func uncork() {
        isCorked = false
        if scratch.outputOwner === self { sendGathered() }
    }

    /// Writes all of `bytes`: now, gathered, or queued.
    public func write(_ bytes: UnsafeRawBufferPointer) {
        guard failure == nil, bytes.count > 0 else { return }
        if let pending {
            unsafe pending.append(bytes)
            return
        }
        guard isCorked else {
            unsafe transmit(bytes)
            return
        }
        claimOutput()
        if scratch.outputCount &+ bytes.count > LoopScratch.outputBytes {
            sendGathered()
            if pending != nil || bytes.count > LoopScratch.outputBytes {
                unsafe pending == nil ? transmit(bytes) : pending?.append(bytes)
                return
            }
            claimOutput()
        }
        if let source = bytes.baseAddress {
            unsafe (scratch.output + scratch.outputCount).copyMemory(from: source, byteCount: bytes.count)
            scratch.outputCount &+= bytes.count
        }
    }

    /// Sends what waits. True if nothing waits any more.
    @discardableResult
    public func flush() -> Bool {
        guard let pending else { return true }
        guard failure == nil else { return false }
        let transfer = unsafe pending.withReadableBytes { unsafe Socket.send(descriptor, $0) }
        switch transfer {
        case .bytes(let count):
            sentBytes &+= UInt64(count)
            pending.consume(count)
        case .wouldBlock, .end:
            break
        case .failed(let error):
            failure = error
        }
        guard pending.isEmpty else { return false }
        buffers.give(pending)
        self.pending = nil
        return true
    }

    /// Ends our direction; the peer may go on sending.
    public func shutdownWriting() {
        Socket.shutdownWriting(descriptor)
    }

    private func claimOutput() {
        guard scratch.outputOwner !== self else { return }
        if let owner = scratch.outputOwner { owner.sendGathered() }
        scratch.outputOwner = self
        scratch.outputCount = 0
    }

    private func sendGathered() {
        scratch.outputOwner = nil
        let count = scratch.outputCount
        scratch.outputCount = 0
        guard count > 0 else { return }
        unsafe transmit(UnsafeRawBufferPointer(start: scratch.output, count: count))
    }

    private func transmit(_ bytes: UnsafeRawBufferPointer) {
        guard failure == nil else { return }
        var sent = 0
        switch unsafe Socket.send(descriptor, bytes) {
        case .bytes(let count): sent = count
        case .wouldBlock, .end: break
        case .failed(let error):
            failure = error
            return
        }
        sentBytes &+= UInt64(sent)
        guard sent < bytes.count else { return }
        let rest = unsafe UnsafeRawBufferPointer(rebasing: bytes[sent...])
        let buffer = buffers.take(capacity: rest.count)
        unsafe buffer.append(rest)
        pending = buffer
    }
}
