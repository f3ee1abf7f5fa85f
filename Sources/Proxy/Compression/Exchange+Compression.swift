internal import Compression
internal import HTTP
internal import HTTP1
internal import HTTP2
internal import Runtime

/// Responses that are compressed on their way, where their route says so.
extension Exchange {
    /// Finds out which coding the client would have, if its request lets the answer be compressed at all: not one of its
    /// user's own, unless that was asked for (BREACH), nor a part of something.
    func chooseCoding(_ bytes: Span<UInt8>, by rules: CompressionRules) {
        compression = rules
        guard responseContext.minorVersion > 0,
            RecodableResponse.isForWhole(requestParser.head, bytes: bytes)
        else { return }
        let ours = deployment.affinity.usesCookie ? deployment.affinity.cookieName : []
        if !rules.withCredentials,
            Credentials.arePresent(in: requestParser.head, bytes: bytes, besides: ours.span)
        {
            return
        }
        guard
            let position = AcceptEncoding.choose(
                requestParser.head.fields, bytes: bytes, among: rules.names)
        else { return }
        coding = rules.codings[position]
    }

    /// Decides whether the response whose head has come is compressed; from then on its length is not known. The answer to
    /// HEAD says what GET would get (RFC 9110 section 9.3.2).
    func prepareCoding(_ bytes: Span<UInt8>) {
        guard let compression,
            RecodableResponse.allows(
                responseParser.head, bytes: bytes, types: compression.types,
                minimumBytes: compression.minimumBytes, isHead: method == .head)
        else {
            self.compression = nil
            return
        }
        guard let coding, compression.withCredentials || !RecodableResponse.setsCookie(responseParser.head)
        else { return }
        if method != .head { compressor = worker.compressors.take(coding) }
        responseContext.isRecoded = method == .head || compressor != nil
    }

    /// Rewrites the head that waits in the worker's output.
    func announceCoding() {
        guard compression != nil else { return }
        let output = worker.output
        let head = worker.loop.buffers.take(capacity: output.count &+ 64)
        let coding = responseContext.isRecoded ? coding : nil
        RecodedHead.write(output.readable, coding: coding?.name ?? "", into: head)
        output.clear()
        output.append(head.readable)
        worker.loop.buffers.give(head)
        responseContext.isRecoded = false
    }

    /// Compresses content and sends what comes of it.
    func sendCompressed(_ content: Span<UInt8>, by compressor: Compressor) {
        compress { output throws(CompressionError) in try compressor.write(content, into: output) }
    }

    /// Lets the client have all that has come, because nothing follows for now.
    func flushCompressor() {
        guard let compressor, compressor.hasUnflushed, !isCodingBroken else { return }
        compress { output throws(CompressionError) in try compressor.flush(into: output) }
        sendOutput()
    }

    /// Ends the compressed content. False if it can't be ended: then the response can't, either.
    func finishCompressor() -> Bool {
        guard let compressor else { return true }
        if !isCodingBroken {
            compress { output throws(CompressionError) in try compressor.finish(into: output) }
        }
        let isWhole = !isCodingBroken
        dropCompressor()
        return isWhole
    }

    /// Gives the compressor back, whatever it is at.
    func dropCompressor() {
        compression = nil
        isCodingBroken = false
        guard let compressor else { return }
        self.compressor = nil
        worker.compressors.give(compressor)
    }

    private func compress(_ body: (ByteBuffer) throws(CompressionError) -> Void) {
        let output = worker.loop.buffers.take(capacity: Self.compressedBytes)
        defer { worker.loop.buffers.give(output) }
        do {
            try body(output)
        } catch {
            isCodingBroken = true
        }
        passContent(output.readable, isLast: false)
    }

    /// Room for what comes of a piece of content, as a rule.
    private static let compressedBytes = 32 << 10
}
