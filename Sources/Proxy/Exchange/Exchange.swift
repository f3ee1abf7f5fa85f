internal import Affinity
internal import Balancing
internal import Compression
internal import HTTP
internal import HTTP1
internal import Platform
internal import Runtime

/// One request and its response: the main path.
///
/// A `Listener` accepts, a `ClientConnection` shakes hands; from there it goes on here, top down: read the head,
/// associate, choose, connect, forward, record, finish. What the steps need beyond the common case stands in
/// `Exchange+…`. An exchange is pooled by its worker and used again.
final class Exchange: EventHandler, RosterMember {
    /// Where the exchange is.
    enum Phase: UInt8 {
        /// In the worker's pool.
        case resting
        /// The head of the request is being read.
        case head
        /// The owner is starting, or all connections to it are in use.
        case held
        /// A new connection to the platform service is being made.
        case connecting
        /// The request goes up, the response comes down.
        case forwarding
        /// Both sides have agreed on something other than HTTP.
        case tunnel
        /// The response is whole, and waits for the client's window.
        case leaving
    }

    let worker: Worker
    /// What is the worker's, at hand: what is reached through two objects is counted at each use.
    let loop: EventLoop
    let buffers: BufferPool
    let output: ByteBuffer
    let line: ByteBuffer
    var phase = Phase.resting
    var client: ClientConnection?
    /// The stream that the request came on; nil with HTTP/1, where the connection is all there is.
    var stream: ClientStream?
    var upstream: UpstreamConnection?
    /// The stream of the connection that is the exchange's; nil with HTTP/1, where all of it is.
    var serviceStream: ServiceStream?
    /// The connections to the chosen instance; nil before one was chosen.
    var pool: UpstreamPool?
    /// Among those who have chosen the instance.
    var rosterPlace = 0
    /// The deployment that it was made for: its parsers have the limits of that one.
    let origin: Deployment
    /// The deployment that positions refer to. A reload may happen while the exchange waits: see `followReload`.
    var deployment: Deployment
    /// Position of the service in the deployment and in the status snapshot.
    var service = 0
    var route = 0
    var placement = PlacementState()
    /// The association of a request whose connection has none of its own: over plain HTTP each request brings its own.
    var association: Association?

    var requestParser: RequestHeadParser
    var requestBody: BodyReader
    /// The head as it goes upstream; kept until the response begins, so that it can be sent again.
    var requestHead: ByteBuffer?
    var method = Method.get
    var isRepeatable = false
    var expectsContinue = false
    /// The request is a call of gRPC.
    var isRemoteCall = false
    /// The client has said that trailers are not lost on it.
    var acceptsTrailers = false
    /// Something of the request's body has left our hands.
    var hasSentBody = false
    /// What of it could be sent again.
    var sentBody = SentBody()
    /// The service has stopped reading; what is left of the request's body goes nowhere.
    var isRequestAbandoned = false

    var responseParser: ResponseHeadParser
    var responseBody: BodyReader
    /// What has come from the service and was not used yet.
    var responseInput: ByteBuffer?
    var responseContext: ResponseContext
    var responsePlan = ResponsePlan(framing: .none, isPersistent: false)
    var hasResponse = false
    /// How many interim responses have come.
    var interimResponses = 0

    /// What the request asks for that wants its connection to carry something other than HTTP.
    var tunnel: Tunnel?

    /// How the route has responses compressed; nil if not at all, or not this one.
    var compression: CompressionRules?
    /// The coding that the client would have; nil: the content as it is.
    var coding: ContentCoding?
    /// Compresses the response.
    var compressor: Compressor?
    /// Compressing has failed: the response can't be ended.
    var isCodingBroken = false

    var waiting = Waiting.nothing
    /// What there was to count when the wait began: more than that is progress.
    var waitedFrom: UInt64 = 0
    let record = ExchangeRecord()

    init(worker: Worker) {
        self.worker = worker
        loop = worker.loop
        buffers = worker.loop.buffers
        output = worker.output
        line = worker.line
        origin = worker.deployment
        deployment = worker.deployment
        let limits = worker.deployment.headLimits
        requestParser = RequestHeadParser(limits: limits)
        requestBody = BodyReader(limits: limits)
        responseParser = ResponseHeadParser(limits: limits)
        responseBody = BodyReader(limits: limits)
        responseContext = ResponseContext(gateway: worker.deployment.gatewayName)
        super.init()
        loop.attach(self)
    }

    /// Begins with the first bytes of a request or, on a stream, with its whole head. The worker's deployment is that which
    /// the exchange was made for: it keeps no others.
    func attach(to client: ClientConnection, stream: ClientStream? = nil) {
        self.client = client
        self.stream = stream
        phase = .head
        method = .get
        requestParser.reset()
        requestBody.begin(.none)
        responseBody.begin(.none)
        coding = nil
        isRemoteCall = false
        hasSentBody = false
        sentBody.reset(buffers)
        isRequestAbandoned = false
        hasResponse = false
        interimResponses = 0
        placement = PlacementState()
        if association != nil { association = nil }
        record.begin(at: loop.now)
        record.isHTTP2 = stream != nil
    }

    /// The client has sent something, or has taken what we sent.
    func clientReady() {
        switch phase {
        case .head: readHead()
        case .forwarding:
            forwardRequest()
            if phase == .forwarding { forwardResponse() }
        case .leaving: leaveOn()
        case .tunnel: serveTunnel()
        case .held, .connecting, .resting: break
        }
    }

    // MARK: Read the head

    private func readHead() {
        guard let client else { return }
        while phase == .head {
            let result = client.withInput { input in
                let result = requestParser.parse(input.readable)
                if case .complete = result { begin(input, client) }
                return result
            }
            switch result ?? .incomplete {
            case .complete:
                return
            case .refused(let refusal):
                worker.counters.requestsRefused &+= 1
                return respond(refusal.status)
            case .incomplete:
                guard receiveMoreOfHead(client) else { return }
            }
        }
    }

    private func receiveMoreOfHead(_ client: ClientConnection) -> Bool {
        switch client.receive(limit: requestParser.limits.headBytes + ClientConnection.inputBytes) {
        case .bytes:
            return true
        case .nothing:
            wait(for: .head)
            return false
        case .full:
            respond(.fieldsTooLarge)
        case .end:
            // An incomplete request is not a request (RFC 9112 section 8).
            abandon()
        case .failed:
            client.close()
        }
        return false
    }

    /// The head is whole: from here on the request has an answer of its own, whatever happens.
    func begin(_ input: ByteBuffer, _ client: ClientConnection) {
        stopWaiting()
        if deployment !== worker.deployment { deployment = worker.deployment }
        takeFacts(from: requestParser.head, input.readable, client)
        guard let answer = localAnswer(input.readable, client) else {
            associate(requestParser.head, input.readable, client)
            writeRequestHead(input.readable, client)
            input.consume(requestParser.head.length)
            record.headRead(at: loop.now)
            return choose()
        }
        answerLocally(answer, input)
    }

    // MARK: Choose

    /// Places the request, for the first time, or again after it was held.
    func choose() {
        guard followReload() else { return respondUnplaced() }
        guard !goOnInDoubt() else { return }
        switch placeRequest() {
        case .send(let placed):
            if placement.isToBeRepeated { placement.attempts &+= 1 }
            placement.isToBeRepeated = false
            use(placed)
        case .hold(_, let deadline):
            hold(until: deadline)
        case .unavailable:
            respondUnplaced()
        }
    }

    /// Goes to the instance that was chosen.
    func use(_ placed: Placed) {
        placement.position = placed.position
        placement.reason = placed.reason
        placement.tried.insert(placed.position)
        enter(worker.pool(service: service, position: placed.position))
        connect(fresh: false)
    }

    // MARK: Connect

    /// Gets a connection to the chosen instance: an idle one, or a new one; if it can be, not the one to be avoided.
    func connect(fresh: Bool, avoiding former: ServiceSession? = nil) {
        guard let pool else { return }
        let isRepeatable = isRepeatable && requestBody.isComplete
        switch pool.lease(for: self, isRepeatable: isRepeatable, fresh: fresh, avoiding: former) {
        case .ready(let connection):
            record.connectBegins(at: loop.now)
            upstream = connection
            phase = .forwarding
            forward()
        case .stream(let stream):
            record.connectBegins(at: loop.now)
            upstream = stream.connection
            serviceStream = stream
            phase = .connecting
            guard stream.owner?.isReady(for: self) ?? false else { return wait(for: .connect) }
            phase = .forwarding
            forward()
        case .connecting(let connection):
            record.connectBegins(at: loop.now)
            upstream = connection
            phase = .connecting
            wait(for: .connect)
        case .exhausted:
            waitForConnection(pool)
        case .failed(let error) where (error.isExhaustion || error.isFullQueue) && pool.inUse > 0:
            // No descriptor, or no place in the queue of the service, for one more: those that are there have to do.
            waitForConnection(pool)
        case .failed(let error):
            record.connectBegins(at: loop.now)
            connectFailed(.connect(error))
        }
    }

    /// The new connection is there.
    func connected() {
        guard phase == .connecting, let client else { return }
        client.transport.cork()
        phase = .forwarding
        forward()
        client.settle()
    }

    // MARK: Forward

    private func forward() {
        guard let upstream, let requestHead else { return }
        record.connected(at: loop.now)
        responseParser.reset(for: method, maySwitch: tunnel != nil)
        responseContext.isFromHTTP2 = serviceStream != nil
        if let serviceStream { return forward(on: serviceStream, upstream) }
        upstream.cork()
        unsafe requestHead.withReadableBytes { bytes in unsafe upstream.write(bytes) }
        resendRequestBody(upstream)
        sendRequestBody(upstream)
        upstream.uncork()
        // A failure shows when the response is read: the service may have answered before it hung up.
        if phase == .forwarding { waitForProgress() }
    }

    /// Sends on what has come of the request's body.
    func forwardRequest() {
        guard let upstream, !requestBody.isComplete, !isRequestAbandoned else { return }
        if let serviceStream {
            sendRequestBody(upstream)
            serviceStream.settle()
        } else {
            upstream.cork()
            sendRequestBody(upstream)
            upstream.uncork()
        }
        if phase == .forwarding { waitForProgress() }
    }

    /// The service has sent something, or has taken what we sent.
    func upstreamReady() {
        guard let client, phase == .forwarding else { return serviceReady() }
        client.transport.cork()
        forwardRequest()
        if phase == .forwarding { forwardResponse() }
        client.settleAfterBatch()
    }

    /// Reads the response as long as the client takes it.
    func forwardResponse() {
        if let serviceStream { return forwardResponse(of: serviceStream) }
        for _ in 0..<Self.turnLimit {
            guard phase == .forwarding, let upstream, !isClientBusy else { break }
            let most = responseReadBytes
            let buffer = responseInput ?? buffers.take(capacity: most)
            responseInput = buffer
            var transfer = Socket.Transfer.wouldBlock
            unsafe buffer.withWritableBytes(minimum: most) { room in
                let part = unsafe UnsafeMutableRawBufferPointer(rebasing: room.prefix(most))
                transfer = unsafe upstream.receive(into: part)
                guard case .bytes(let count) = transfer else { return 0 }
                return count
            }
            switch transfer {
            case .bytes:
                useResponse(buffer)
            case .wouldBlock:
                giveBackResponseInput()
                if compressor != nil { flushCompressor() }
                if phase == .forwarding { waitForProgress() }
                return
            case .end:
                upstreamEnded(isBroken: false)
            case .failed:
                upstreamEnded(isBroken: true)
            }
            giveBackResponseInput()
        }
        guard phase == .forwarding else { return }
        waitForProgress()
        if let upstream, !isClientBusy, upstream.mayHaveInput {
            loop.revisit(upstream)
        }
    }

    override func timerFired() {
        waitedInVain()
    }

    // MARK: Record, finish

    /// The response has been sent as far as it goes. `staysOpen`: the client may go on with another request.
    func finish(staysOpen: Bool) {
        guard let client, phase != .resting else { return }
        let canReuse =
            hasResponse && responseBody.isComplete && requestBody.isComplete
            && responseParser.head.isPersistent && responseInput?.isEmpty != false
        if let stream { return finish(stream, client, isReusable: canReuse) }
        stopWaiting()
        recordAccess(client)
        releaseUpstream(isReusable: canReuse)
        reset()
        client.finish(self, staysOpen: staysOpen && requestBody.isComplete && !client.isReadClosed)
    }

    /// The client has gone: so has the reason for the exchange.
    func clientClosed() {
        guard phase != .resting else { return }
        if phase == .tunnel { return abortTunnel() }
        record.isCutOff = hasResponse
        if !hasResponse, !worker.hasEnded { record.status = ExchangeRecord.clientClosedRequest }
        if let client, phase != .head { recordAccess(client) }
        stopWaiting()
        releaseUpstream(isReusable: false)
        reset()
    }

    /// How often a response is read before others get their turn.
    private static let turnLimit = 16
}
