import HTTP
import Testing

@testable import HTTP1

/// What a decoder made of a body.
struct Decoded: Equatable {
    var data = ""
    var trailers: [String] = []
    var dropped: [String] = []
    var length = 0
    var refusal: Refusal?
    var isOver = false
}

/// Feeds `bytes` in pieces as a connection would: what is not consumed stays, and more comes behind it.
private func feed(_ bytes: [UInt8], cuts: [Int], limits: HeadLimits) -> Decoded {
    var decoder = ChunkedDecoder(limits: limits)
    var result = Decoded()
    var start = 0
    for cut in cuts {
        while true {
            let span = bytes.span.extracting(start..<max(start, cut))
            let step = decoder.decode(span)
            switch step {
            case .data(let range):
                #expect(!range.isEmpty)
                result.data += String(
                    decoding: bytes[(start + range.lowerBound)..<(start + range.upperBound)],
                    as: UTF8.self)
                start += range.upperBound
                continue
            case .needMore(let consumed):
                start += consumed
            case .end(let consumed):
                result.isOver = true
                result.length = start + consumed
                for index in 0..<decoder.trailers.count {
                    let line = decoder.trailers[index]
                    let text = "\(line.name.text(span))=\(line.value.text(span))"
                    if line.isDropped {
                        result.dropped.append(text)
                    } else {
                        result.trailers.append(text)
                    }
                }
                return result
            case .refused(let refusal):
                result.refusal = refusal
                return result
            }
            break
        }
    }
    return result
}

/// Decodes `bytes` whole, then cut at every byte, then byte by byte, and requires that nothing depends on it.
func decodeChunks(
    _ bytes: [UInt8], limits: HeadLimits = HeadLimits(), sourceLocation: SourceLocation = #_sourceLocation
) -> Decoded {
    let whole = feed(bytes, cuts: [bytes.count], limits: limits)
    for cut in 0..<bytes.count {
        #expect(
            feed(bytes, cuts: [cut, bytes.count], limits: limits) == whole, sourceLocation: sourceLocation
        )
    }
    #expect(
        feed(bytes, cuts: Array(0...bytes.count), limits: limits) == whole, sourceLocation: sourceLocation
    )
    return whole
}
