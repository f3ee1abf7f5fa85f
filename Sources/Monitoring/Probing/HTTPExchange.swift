internal import HTTP
internal import HTTP1
internal import Platform
internal import Runtime

/// Reads and judges the answer to an HTTP probe.
///
/// The head decides. What follows is read to its end, within the limit, so that the instance can finish what it sends and
/// sees an orderly close; but nothing of it is kept.
final class HTTPExchange {
    /// How far it has come.
    enum Verdict {
        /// More of the answer is needed.
        case more
        /// The answer is as expected, and it is over.
        case accepted
        /// It is not as expected.
        case refused(ProbeFailure)
    }

    /// What has been read of the head; the owner gives it back to its pool.
    let buffer: ByteBuffer
    /// The head has come and its status is among the expected ones.
    private(set) var isAccepted = false

    private let expect: [ClosedRange<Int>]
    private var parser: ResponseHeadParser
    private var allowance = MonitoringLimits.probeResponseBytes
    /// What is left of a body of known length.
    private var missing: UInt64?

    /// Waits for the answer to a GET.
    init(expect: [ClosedRange<Int>], buffer: ByteBuffer) {
        self.expect = expect
        self.buffer = buffer
        var limits = HeadLimits()
        limits.headBytes = MonitoringLimits.probeResponseBytes
        parser = ResponseHeadParser(limits: limits)
        parser.reset(for: .get)
    }

    /// Reads what has come, until it would block or the verdict is there.
    func read(_ receive: (UnsafeMutableRawBufferPointer) -> Socket.Transfer) -> Verdict {
        while true {
            switch unsafe take(receive) {
            case .bytes(let count):
                if let verdict = judge(count) { return verdict }
            case .wouldBlock:
                return .more
            case .end:
                return isAccepted ? .accepted : .refused(.closedEarly)
            case .failed(let error):
                return isAccepted ? .accepted : .refused(.lost(error))
            }
        }
    }

    private func take(_ receive: (UnsafeMutableRawBufferPointer) -> Socket.Transfer) -> Socket.Transfer {
        var transfer = Socket.Transfer.wouldBlock
        unsafe buffer.withWritableBytes(minimum: min(4096, allowance)) { room in
            let room = unsafe UnsafeMutableRawBufferPointer(rebasing: room.prefix(allowance))
            transfer = unsafe receive(room)
            guard case .bytes(let count) = transfer else { return 0 }
            return count
        }
        return transfer
    }

    /// Looks at `count` new bytes; nil if more are to be read.
    private func judge(_ count: Int) -> Verdict? {
        allowance -= count
        let isHead = !isAccepted
        if isHead, let verdict = judgeHead() { return verdict }
        guard isAccepted else { return nil }
        let length = isHead ? buffer.count : count
        buffer.clear()
        return bodyVerdict(length)
    }

    /// Reads heads up to the final one; nil if nothing speaks against the answer so far.
    private func judgeHead() -> Verdict? {
        let buffer = self.buffer
        while true {
            let result = parser.parse(buffer.readable)
            switch result {
            case .complete(let length):
                buffer.consume(length)
                guard !parser.head.isInformational else {
                    parser.reset(for: .get)
                    continue
                }
                let status = Int(parser.head.status)
                guard expect.contains(where: { $0.contains(status) }) else {
                    return .refused(.status(status))
                }
                isAccepted = true
                switch parser.head.framing {
                case .none: missing = 0
                case .length(let length): missing = length
                case .chunked, .untilClose: missing = nil
                }
                return nil
            case .incomplete:
                return allowance > 0 ? nil : .refused(.oversizeResponse)
            case .refused(let refusal):
                return .refused(refusal == .headTooLarge ? .oversizeResponse : .malformedResponse)
            }
        }
    }

    private func bodyVerdict(_ count: Int) -> Verdict? {
        if let missing { self.missing = missing - min(missing, UInt64(count)) }
        return missing == 0 || allowance == 0 ? .accepted : nil
    }
}
