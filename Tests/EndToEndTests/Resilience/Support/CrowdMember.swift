internal import Platform
internal import Runtime
internal import TLS

/// A client of a crowd: connects, shakes hands where the crowd speaks TLS, and tells its subclass what happens.
class CrowdMember: EventHandler {
    /// How a connection ended.
    enum Ending: Equatable {
        /// It could not be made.
        case refused(SystemError)
        /// The gateway ended it in order.
        case closed
        /// It broke, or TLS failed on it.
        case broken(String)
        /// We left.
        case ours
    }

    private enum Phase { case outside, connecting, handshaking, open, over }

    unowned let crowd: Crowd
    /// Where it comes from; nil: as the system has it.
    private let source: SocketAddress?
    private let loop: EventLoop
    private var phase = Phase.outside
    private var transport: Transport?
    private var tls: TLSConnection?
    private var session: [UInt8]?
    /// How its last connection ended; nil while it lasts.
    private(set) var ending: Ending?
    final var isArriving = false

    /// A client that has not come yet.
    init(of crowd: Crowd, from source: SocketAddress? = nil) {
        self.crowd = crowd
        self.source = source
        loop = crowd.loop
    }

    // MARK: For subclasses

    /// Whether it shakes hands; otherwise its bytes go as they are.
    var speaksTLS: Bool { crowd.context != nil }

    /// Whether what has come is read at once. If not, `take` reads a piece.
    var readsAtOnce: Bool { true }

    /// How many bytes the kernel keeps for it, if not as many as usual.
    var receiveBuffer: Int32? { nil }

    /// The connection is there.
    func opened() {}

    /// Something has come.
    func received(_ bytes: [UInt8]) {}

    /// The connection has ended, and not by `leave`.
    func ended(_ ending: Ending) {}

    /// Its time has come.
    func woken() {}

    /// Lets `woken` be called after `pause`.
    final func sleep(_ pause: Duration) {
        loop.setTimer(self, at: .now + pause)
    }

    /// Whether a connection is there.
    final var isOpen: Bool { phase == .open }

    /// Another one may come.
    final func arrive() {
        guard isArriving else { return }
        isArriving = false
        crowd.hasArrived()
    }

    /// Connects; may be called again when a connection has ended.
    final func begin() {
        ending = nil
        do {
            let descriptor = try Socket.connect(to: crowd.address, from: source)
            if let receiveBuffer { Kernel.setReceiveBuffer(of: descriptor.number, to: receiveBuffer) }
            let transport = Transport(adopting: descriptor, loop: loop)
            try loop.attach(self, descriptor: transport.descriptor)
            self.transport = transport
            phase = .connecting
        } catch {
            end(.refused(error))
        }
    }

    /// Sends a text.
    final func send(_ text: String) {
        send(Array(text.utf8))
    }

    /// Sends bytes; what becomes of them shows when the answer is read.
    final func send(_ bytes: [UInt8]) {
        unsafe bytes.withUnsafeBytes { bytes in
            if let tls {
                _ = unsafe tls.write(bytes)
            } else {
                unsafe transport?.write(bytes)
            }
        }
    }

    /// Ends its direction behind all that was sent; reads on.
    final func finishSending() {
        transport?.shutdownWriting()
    }

    /// Reads a piece of what has come, a TLS record at most. False if there is nothing now.
    @discardableResult
    final func take() -> Bool {
        guard phase == .open else { return false }
        var taken = Taken.nothing
        let bytes = unsafe [UInt8](unsafeUninitializedCapacity: 16 << 10) { buffer, count in
            taken = unsafe read(into: UnsafeMutableRawBufferPointer(buffer))
            if case .bytes(let read) = taken { count = read }
        }
        switch taken {
        case .bytes:
            received(bytes)
            return phase == .open
        case .nothing: break
        case .end(let ending): end(ending)
        }
        return false
    }

    /// Ends its connection, and is called no more.
    final func leave() {
        guard phase != .over else { return }
        if phase == .open { tls?.shutdown() }
        close(.ours)
    }

    // MARK: The loop

    final override func ready(_ readiness: Readiness) {
        guard let transport else { return }
        if phase == .connecting {
            guard !readiness.isDisjoint(with: [.writable, .peerClosed]) else { return }
            if let error = Socket.pendingError(transport.descriptor) { return end(.refused(error)) }
            enter(transport)
        }
        transport.note(readiness)
        transport.cork()
        if phase == .handshaking { shakeHands() }
        if phase == .open, readsAtOnce { while take() {} }
        // Not the one of a connection that has begun meanwhile.
        transport.uncork()
    }

    final override func timerFired() {
        guard let transport else { return woken() }
        transport.cork()
        woken()
        transport.uncork()
    }

    private func enter(_ transport: Transport) {
        guard speaksTLS, let context = crowd.context else {
            phase = .open
            return opened()
        }
        do {
            tls = try context.connect(over: transport, serverName: "limpet.test", resuming: session)
            phase = .handshaking
        } catch {
            end(.broken("\(error)"))
        }
    }

    private func shakeHands() {
        switch tls?.handshake() {
        case .done:
            phase = .open
            opened()
        case .failed(let failure): end(.broken("\(failure)"))
        case .wantRead, nil: break
        }
    }

    /// What came of a read.
    private enum Taken { case bytes(Int), nothing, end(Ending) }

    private func read(into room: UnsafeMutableRawBufferPointer) -> Taken {
        guard let tls else { return unsafe readPlain(into: room) }
        switch unsafe tls.read(into: room) {
        case .bytes(let count): return .bytes(count)
        case .wantRead: return .nothing
        case .closed: return .end(.closed)
        case .failed(let failure): return .end(.broken("\(failure)"))
        }
    }

    private func readPlain(into room: UnsafeMutableRawBufferPointer) -> Taken {
        guard let transport else { return .end(.closed) }
        switch unsafe transport.receive(into: room) {
        case .bytes(let count): return .bytes(count)
        case .wouldBlock: return .nothing
        case .end: return .end(.closed)
        case .failed(let error): return .end(.broken("\(error)"))
        }
    }

    private func end(_ ending: Ending) {
        guard phase != .over else { return }
        close(ending)
        ended(ending)
    }

    private func close(_ ending: Ending) {
        self.ending = ending
        phase = .over
        session = tls?.takeSession() ?? session
        transport?.uncork()
        loop.detach(self)
        transport?.close()
        tls = nil
        transport = nil
        arrive()
    }
}
