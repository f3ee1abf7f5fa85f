internal import COpenSSL
internal import Platform

/// The error queue that OpenSSL keeps for each thread.
///
/// An entry that an earlier call has left there would be taken for the outcome of the next one, on another
/// connection: so the queue is emptied before each call.
enum ErrorQueue {
    /// Empties the queue. It nearly always is: a look at it costs a tenth of clearing all of its sixteen places.
    @inline(__always)
    static func clear() {
        if ERR_peek_error() != 0 { ERR_clear_error() }
    }

    /// Takes the oldest entry, which is the cause of the others, and empties the queue.
    static func takeFirst() -> UInt {
        let code = ERR_get_error()
        ERR_clear_error()
        return code
    }

    /// Takes the oldest entry as a sentence and empties the queue.
    static func takeSentence() -> String {
        sentence(for: takeFirst())
    }

    /// What OpenSSL says of an error code.
    static func sentence(for code: UInt) -> String {
        if limpet_error_library(code) == ERR_LIB_SYS {
            return SystemError("open", number: limpet_error_reason(code)).description
        }
        guard code != 0, let text = unsafe ERR_reason_error_string(code) else { return "unknown cause" }
        return unsafe String(cString: text)
    }
}
