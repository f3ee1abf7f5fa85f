internal import CNghttp2
internal import HTTP

/// What the library calls, and how it is set up. Formed in nonisolated code, so that it may run on any worker.
enum Library {
    // Complete when it is made, never changed and never freed; each session copies it.
    private nonisolated(unsafe) static let callbacks: OpaquePointer? = unsafe makeCallbacks()

    /// A session that calls `session`, which has to outlive it.
    static func makeSession(
        _ settings: SessionSettings, role: Role, for session: Session
    ) throws(HTTP2Error) -> OpaquePointer {
        guard let callbacks = unsafe callbacks, let options = unsafe makeOptions(settings) else {
            throw .outOfMemory
        }
        defer { unsafe nghttp2_option_del(options) }
        var pointer: OpaquePointer?
        let owner = unsafe Unmanaged.passUnretained(session).toOpaque()
        let result =
            switch role {
            case .server: unsafe nghttp2_session_server_new2(&pointer, callbacks, owner, options)
            case .client: unsafe nghttp2_session_client_new2(&pointer, callbacks, owner, options)
            }
        guard result == 0, let pointer = unsafe pointer else { throw .outOfMemory }
        return unsafe pointer
    }

    private static func makeOptions(_ settings: SessionSettings) -> OpaquePointer? {
        var options: OpaquePointer?
        guard unsafe nghttp2_option_new(&options) == 0, let options = unsafe options else { return nil }
        // What was taken out of memory counts, not what has come.
        unsafe nghttp2_option_set_no_auto_window_update(options, 1)
        unsafe nghttp2_option_set_no_closed_streams(options, 1)
        unsafe nghttp2_option_set_max_outbound_ack(options, SessionSettings.waitingAcknowledgementsLimit)
        unsafe nghttp2_option_set_max_deflate_dynamic_table_size(options, Int(settings.headerTableBytes))
        unsafe nghttp2_option_set_max_send_header_block_length(
            options, settings.head.headBytes &* SessionSettings.headerListFactor)
        unsafe nghttp2_option_set_max_continuations(options, SessionSettings.continuationLooksLimit)
        // We count ourselves, by the clock that we are given.
        unsafe nghttp2_option_set_stream_reset_rate_limit(options, 1 << 40, 1 << 40)
        return unsafe options
    }

    private static func makeCallbacks() -> OpaquePointer? {
        var callbacks: OpaquePointer?
        guard unsafe nghttp2_session_callbacks_new(&callbacks) == 0, let callbacks = unsafe callbacks else {
            return nil
        }
        unsafe installFrames(in: callbacks)
        unsafe installFields(in: callbacks)
        unsafe installContent(in: callbacks)
        return unsafe callbacks
    }

    private static func installFrames(in callbacks: OpaquePointer) {
        unsafe nghttp2_session_callbacks_set_on_begin_frame_callback(callbacks) { _, header, owner in
            guard let header = unsafe header else { return Library.failure }
            return unsafe Library.of(owner) { unsafe $0.frameBegins(header.pointee) }
        }
        unsafe nghttp2_session_callbacks_set_on_frame_recv_callback(callbacks) { _, frame, owner in
            guard let frame = unsafe frame else { return Library.failure }
            return unsafe Library.of(owner) { unsafe $0.frameCame(frame) }
        }
        unsafe nghttp2_session_callbacks_set_on_frame_send_callback(callbacks) { _, frame, owner in
            guard let frame = unsafe frame else { return Library.failure }
            return unsafe Library.of(owner) { unsafe $0.frameLeft(frame) }
        }
        unsafe nghttp2_session_callbacks_set_on_stream_close_callback(callbacks) { _, id, code, owner in
            unsafe Library.of(owner) { $0.streamClosed(id, ErrorCode(rawValue: code)) }
        }
    }

    private static func installFields(in callbacks: OpaquePointer) {
        unsafe nghttp2_session_callbacks_set_on_begin_headers_callback(callbacks) { _, frame, owner in
            guard let frame = unsafe frame else { return Library.failure }
            return unsafe Library.of(owner) { unsafe $0.fieldsBegin(frame) }
        }
        unsafe nghttp2_session_callbacks_set_on_header_callback(callbacks) {
            _, _, name, nameBytes, value, valueBytes, _, owner in
            let name = unsafe UnsafeBufferPointer(start: name, count: nameBytes)
            let value = unsafe UnsafeBufferPointer(start: value, count: valueBytes)
            return unsafe Library.of(owner) { unsafe $0.fieldCame(name.span, value.span) }
        }
        // Without this the library leaves such fields out, and passes the rest on.
        unsafe nghttp2_session_callbacks_set_on_invalid_header_callback(callbacks) { _, _, _, _, _, _, _, _ in
            NGHTTP2_ERR_TEMPORAL_CALLBACK_FAILURE.rawValue
        }
    }

    private static func installContent(in callbacks: OpaquePointer) {
        unsafe nghttp2_session_callbacks_set_on_data_chunk_recv_callback(callbacks) {
            _, _, id, bytes, count, owner in
            let content = unsafe UnsafeBufferPointer(start: bytes, count: count)
            return unsafe Library.of(owner) { unsafe $0.contentCame(content.span, on: id) }
        }
        unsafe nghttp2_session_callbacks_set_send_data_callback(callbacks) {
            _, _, header, count, source, owner in
            guard let header = unsafe header, let stream = unsafe source?.pointee.ptr else {
                return Library.failure
            }
            return unsafe Library.of(owner) { session in
                unsafe Unmanaged<SessionStream>.fromOpaque(stream)._withUnsafeGuaranteedRef {
                    unsafe session.putContent(of: $0, count: count, header: header)
                }
            }
        }
    }

    /// Asks a stream for content.
    static let contentSource: nghttp2_data_source_read_callback = { _, _, _, room, flags, source, owner in
        guard let flags = unsafe flags, let stream = unsafe source?.pointee.ptr else {
            return Int(Library.failure)
        }
        return unsafe Library.of(owner) { session in
            unsafe Unmanaged<SessionStream>.fromOpaque(stream)._withUnsafeGuaranteedRef {
                unsafe session.offerContent(of: $0, room: room, flags: &flags.pointee)
            }
        }
    }

    /// What ends the session: something that cannot be.
    private static let failure = NGHTTP2_ERR_CALLBACK_FAILURE.rawValue

    private static func of<Result>(
        _ owner: UnsafeMutableRawPointer?, _ body: (Session) -> Result
    ) -> Result {
        guard let owner = unsafe owner else { preconditionFailure("a session is called back with itself") }
        return unsafe Unmanaged<Session>.fromOpaque(owner)._withUnsafeGuaranteedRef { body($0) }
    }
}
