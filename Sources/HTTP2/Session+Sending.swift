internal import CNghttp2
internal import Runtime

/// What streams say, and what the library asks for and tells while it is put out.
extension Session {
    /// Puts out what can be, straight from where the content lies, and keeps the rest.
    func submit(_ content: Span<UInt8>, on stream: SessionStream) {
        if stream.isDeferred {
            stream.isDeferred = false
            unsafe nghttp2_session_resume_data(pointer, stream.id)
        }
        if let waiting = stream.outgoing {
            waiting.append(content)
            return pump()
        }
        unsafe content.withUnsafeBufferPointer { bytes in
            unsafe stream.lent.begin(bytes.baseAddress, count: bytes.count)
            pump()
            if stream.lent.count > 0, !stream.isClosed {
                let kept = buffers.take(capacity: stream.lent.count)
                unsafe kept.append(stream.lent.take(stream.lent.count))
                stream.outgoing = kept
            }
            stream.lent.end()
        }
    }

    func submitReset(_ code: ErrorCode, on stream: SessionStream) {
        unsafe nghttp2_submit_rst_stream(pointer, 0, stream.id, code.rawValue)
        pump()
    }

    func windowBytes(of stream: SessionStream) -> Int {
        guard let pointer = unsafe pointer else { return 0 }
        let ofStream = unsafe nghttp2_session_get_stream_remote_window_size(pointer, stream.id)
        return max(0, Int(min(ofStream, unsafe nghttp2_session_get_remote_window_size(pointer))))
    }

    // MARK: Asked by the library

    /// How much content of `stream` goes into the next frame, of at most `room` bytes.
    func offerContent(of stream: SessionStream, room: Int, flags: inout UInt32) -> Int {
        let waiting = (stream.outgoing?.count ?? 0) &+ stream.lent.count
        let count = min(waiting, room)
        guard count > 0 || stream.isOutputOver else {
            stream.isDeferred = true
            return Int(NGHTTP2_ERR_DEFERRED.rawValue)
        }
        flags |= NGHTTP2_DATA_FLAG_NO_COPY.rawValue
        guard stream.isOutputOver, count == waiting else { return count }
        flags |= NGHTTP2_DATA_FLAG_EOF.rawValue
        if let trailers = stream.outgoingTrailers, submitTrailers(trailers, on: stream) {
            flags |= NGHTTP2_DATA_FLAG_NO_END_STREAM.rawValue
        }
        return count
    }

    private func submitTrailers(_ trailers: ByteBuffer, on stream: SessionStream) -> Bool {
        let bytes = trailers.readable
        return unsafe bytes.withUnsafeBufferPointer { buffer in
            guard let start = buffer.baseAddress else { return false }
            unsafe headers.readTrailers(bytes, at: start)
            guard headers.count > 0 else { return false }
            return unsafe nghttp2_submit_trailer(pointer, stream.id, headers.fields, headers.count) == 0
        }
    }

    /// Puts a DATA frame out: its header, and `count` bytes of the content that was offered.
    func putContent(of stream: SessionStream, count: Int, header: UnsafePointer<UInt8>) -> Int32 {
        guard !isBlocked, !isOutputFull else { return NGHTTP2_ERR_WOULDBLOCK.rawValue }
        let output = openOutput()
        output.reserve(count &+ 9)
        unsafe output.append(UnsafeRawBufferPointer(start: header, count: 9))
        var rest = count
        if let outgoing = stream.outgoing {
            let part = min(rest, outgoing.count)
            output.append(outgoing.readable.extracting(first: part))
            outgoing.consume(part)
            rest &-= part
            if outgoing.isEmpty {
                buffers.give(outgoing)
                stream.outgoing = nil
                list(stream, .output)
            }
        }
        if rest > 0 { unsafe output.append(stream.lent.take(rest)) }
        stream.sentBytes &+= UInt64(count)
        return 0
    }

    /// A frame has been put out.
    func frameLeft(_ frame: UnsafePointer<nghttp2_frame>) -> Int32 {
        let header = unsafe frame.pointee.hd
        switch UInt32(header.type) {
        case NGHTTP2_DATA.rawValue:
            meter.refund(.windowUpdate, 2)
            partLeft(header)
        case NGHTTP2_HEADERS.rawValue:
            headLeft(header.stream_id)
            partLeft(header)
        case NGHTTP2_RST_STREAM.rawValue:
            resetLeft(header.stream_id)
        case NGHTTP2_GOAWAY.rawValue:
            guard unsafe frame.pointee.goaway.error_code != ErrorCode.noError.rawValue else { break }
            hasTerminated = true
            if end == nil { end = .violation }
        default:
            break
        }
        return 0
    }

    private func partLeft(_ header: nghttp2_frame_hd) {
        guard header.has(NGHTTP2_FLAG_END_STREAM), let stream = stream(header.stream_id) else { return }
        messageLeft(on: stream)
    }

    /// Counts the resets that the peer has made us send.
    private func resetLeft(_ id: Int32) {
        if let stream = stream(id) {
            if stream.isReset { return }
            stream.hasFault = true
        }
        if !meter.spend(.provokedReset) { calm(.provokedReset) }
    }
}
