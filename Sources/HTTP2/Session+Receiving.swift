internal import CNghttp2
internal import HTTP
internal import Runtime

/// What the library has found in the peer's bytes. All of these are called from within `receive`, but for
/// `streamClosed`, and do no more than to note what streams have to be told.
extension Session {
    private static let goOn: Int32 = 0
    private static let resetStream = NGHTTP2_ERR_TEMPORAL_CALLBACK_FAILURE.rawValue
    private static let endSession = NGHTTP2_ERR_CALLBACK_FAILURE.rawValue

    /// A frame's header is there. The library is silent about some that it ignores: see `FrameScanner`.
    func frameBegins(_ header: nghttp2_frame_hd) -> Int32 {
        guard end == nil else { return Self.endSession }
        guard !isBlockUntold || meter.spend(.strayFrame) else {
            calm(.strayFrame)
            return Self.endSession
        }
        isBlockUntold = false
        let abuse: Abuse?
        switch UInt32(header.type) {
        case NGHTTP2_DATA.rawValue:
            dataFrames &+= 1
            abuse = header.length == 0 && !header.has(NGHTTP2_FLAG_END_STREAM) ? .emptyFrame : nil
        case NGHTTP2_HEADERS.rawValue:
            continuations = 0
            isBlockUntold = true
            abuse = header.length == 0 && !header.has(NGHTTP2_FLAG_END_HEADERS) ? .emptyFrame : nil
        case NGHTTP2_CONTINUATION.rawValue:
            continuations &+= 1
            abuse = continuations > SessionSettings.continuationsLimit ? .flood : nil
        case NGHTTP2_RST_STREAM.rawValue: abuse = .reset
        case NGHTTP2_SETTINGS.rawValue, NGHTTP2_GOAWAY.rawValue: abuse = .settings
        case NGHTTP2_PING.rawValue: abuse = .ping
        case NGHTTP2_WINDOW_UPDATE.rawValue: abuse = .windowUpdate
        case NGHTTP2_PRIORITY.rawValue:
            // The library does not look at it any more, yet RFC 9113 section 6.3 does.
            guard header.stream_id != 0 else { return violate(.protocolError) }
            abuse = .priority
        default: abuse = nil
        }
        guard let abuse, !meter.spend(abuse) else { return Self.goOn }
        calm(abuse)
        return Self.endSession
    }

    /// Fields begin: those of a head, or trailers.
    func fieldsBegin(_ frame: UnsafePointer<nghttp2_frame>) -> Int32 {
        isBlockUntold = false
        let id = unsafe frame.pointee.hd.stream_id
        if let stream = unsafe beginHead(id, frame.pointee.headers.cat) {
            read(stream)
            return Self.goOn
        }
        guard let stream = stream(id) else {
            read(nil)
            return Self.goOn
        }
        stream.isReadingTrailers = true
        read(stream)
        let text = stream.trailers ?? buffers.take(capacity: 1 << 10)
        text.clear()
        trailers.begin(text)
        stream.trailers = text
        return Self.goOn
    }

    /// One field.
    func fieldCame(_ name: Span<UInt8>, _ value: Span<UInt8>) -> Int32 {
        guard let head = unsafe readingHead else { return trailerCame(name, value) }
        let isWorthIt = unsafe head._withUnsafeGuaranteedRef { addField(name, value, into: $0) }
        return isWorthIt ? Self.goOn : Self.resetStream
    }

    private func trailerCame(_ name: Span<UInt8>, _ value: Span<UInt8>) -> Int32 {
        guard let text = reading?.trailers else { return Self.goOn }
        trailers.add(name, value, into: text)
        return trailers.isExcessive ? Self.resetStream : Self.goOn
    }

    /// A frame is whole, and allowed.
    func frameCame(_ frame: UnsafePointer<nghttp2_frame>) -> Int32 {
        let header = unsafe frame.pointee.hd
        switch UInt32(header.type) {
        case NGHTTP2_HEADERS.rawValue:
            headersCame(header)
            return end == nil ? Self.goOn : Self.endSession
        case NGHTTP2_DATA.rawValue:
            if header.has(NGHTTP2_FLAG_END_STREAM) {
                inputEnded(on: header.stream_id)
            } else if header.length > 0, unsafe frame.pointee.data.padlen >= header.length,
                !meter.spend(.emptyFrame)
            {
                calm(.emptyFrame)
                return Self.endSession
            }
        case NGHTTP2_GOAWAY.rawValue:
            goodbyeCame()
        case NGHTTP2_SETTINGS.rawValue where !header.has(NGHTTP2_FLAG_ACK):
            settingsCame()
        case NGHTTP2_PING.rawValue where header.has(NGHTTP2_FLAG_ACK):
            unsafe echoCame(frame.pointee.ping.mark)
        default:
            break
        }
        return Self.goOn
    }

    private func headersCame(_ header: nghttp2_frame_hd) {
        guard let stream = reading, stream.id == header.stream_id else { return }
        read(nil)
        guard !stream.isReadingTrailers else {
            guard !stream.isTunnel, !stream.asksForTunnel else { return refuseTrailers(of: stream) }
            if let text = stream.trailers { trailers.end(text) }
            if trailers.refusal != nil, !meter.spend(.provokedReset) { return calm(.provokedReset) }
            stream.refusal = stream.refusal ?? trailers.refusal
            return inputEnded(on: header.stream_id)
        }
        endHead(of: stream, isLast: header.has(NGHTTP2_FLAG_END_STREAM))
    }

    /// A tunnel has no trailers: the end of it would look like one in order (RFC 9113 section 8.5).
    private func refuseTrailers(of stream: SessionStream) {
        unsafe nghttp2_submit_rst_stream(pointer, 0, stream.id, ErrorCode.protocolError.rawValue)
    }

    private func inputEnded(on id: Int32) {
        guard let stream = stream(id) else { return }
        stream.isInputOver = true
        list(stream, .input)
    }

    /// Content; the library has checked it against the windows and against `content-length`.
    func contentCame(_ content: Span<UInt8>, on id: Int32) -> Int32 {
        guard let stream = stream(id) else {
            unsafe nghttp2_session_consume_connection(pointer, content.count)
            return Self.goOn
        }
        stream.receivedBytes &+= UInt64(content.count)
        stream.unusedBytes &+= content.count
        guard !stream.discardsInput else {
            consume(content.count, of: stream)
            return Self.goOn
        }
        let input = stream.input ?? buffers.take(capacity: content.count)
        input.append(content)
        stream.input = input
        list(stream, .input)
        return Self.goOn
    }

    /// A stream is over, by the peer's word or by ours.
    func streamClosed(_ id: Int32, _ code: ErrorCode) -> Int32 {
        guard let stream = stream(id) else { return Self.goOn }
        if reading === stream { read(nil) }
        stream.isClosed = true
        stream.closeCode = code
        // What was not used counts against the connection's window no longer.
        if stream.unusedBytes > 0 { unsafe nghttp2_session_consume_connection(pointer, stream.unusedBytes) }
        list(stream, .closed)
        return Self.goOn
    }

    /// Lets the peer send `count` more bytes.
    func consume(_ count: Int, of stream: SessionStream) {
        guard count > 0, !stream.isClosed, let pointer = unsafe pointer else { return }
        stream.unusedBytes &-= count
        unsafe nghttp2_session_consume(pointer, stream.id, count)
    }

    func stream(_ id: Int32) -> SessionStream? {
        guard let data = unsafe nghttp2_session_get_stream_user_data(pointer, id) else { return nil }
        return unsafe Unmanaged<SessionStream>.fromOpaque(data).takeUnretainedValue()
    }

    // MARK: Ends

    /// Tells the peer to calm down and ends the session.
    func calm(_ abuse: Abuse) {
        guard end == nil else { return }
        end = .abuse(abuse)
        unsafe nghttp2_session_terminate_session(pointer, ErrorCode.enhanceYourCalm.rawValue)
    }

    /// Ends the session for what the library lets pass.
    private func violate(_ code: ErrorCode) -> Int32 {
        end = .violation
        unsafe nghttp2_session_terminate_session(pointer, code.rawValue)
        return Self.endSession
    }

    /// The library can't go on.
    func fail(_ code: Int32) {
        guard end == nil else { return }
        switch nghttp2_error(code) {
        case NGHTTP2_ERR_FLOODED, NGHTTP2_ERR_TOO_MANY_CONTINUATIONS, NGHTTP2_ERR_TOO_MANY_SETTINGS:
            calm(.flood)
        case NGHTTP2_ERR_BAD_CLIENT_MAGIC:
            end = .badPreface
            unsafe nghttp2_session_terminate_session(pointer, ErrorCode.protocolError.rawValue)
        default:
            end = .failure
            unsafe nghttp2_session_terminate_session(pointer, ErrorCode.internalError.rawValue)
        }
    }
}

extension nghttp2_frame_hd {
    /// Whether `flag` is set.
    func has(_ flag: nghttp2_flag) -> Bool {
        flags & UInt8(truncatingIfNeeded: flag.rawValue) != 0
    }
}

extension nghttp2_ping {
    /// What the ping says, as a number.
    fileprivate var mark: UInt64 {
        unsafe withUnsafeBytes(of: opaque_data) { unsafe $0.loadUnaligned(as: UInt64.self) }
    }
}
