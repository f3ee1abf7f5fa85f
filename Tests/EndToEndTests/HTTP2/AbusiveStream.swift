internal import TestSupport

/// What a service says on a stream that is no response.
enum AbusiveStream: String, CaseIterable {
    case headWithoutStatus, switching, connectionField, lineEnd, largeHead, interimFlood, twoLengths
    case contentFirst, promise, continuationFlood, reset, longFrame

    /// The frames on `stream`.
    func frames(_ stream: UInt32) -> [Frame] {
        switch self {
        case .headWithoutStatus: [head([("a", "b")], stream)]
        case .switching: [head([(":status", "101")], stream)]
        case .connectionField: [head([(":status", "200"), ("connection", "close")], stream)]
        case .lineEnd: [head([(":status", "200"), ("a", "b\r\nc: d")], stream)]
        case .largeHead: largeHead(stream)
        case .interimFlood: (0..<40).map { _ in head([(":status", "103")], stream) }
        case .twoLengths:
            [head([(":status", "200"), ("content-length", "1"), ("content-length", "2")], stream)]
        case .contentFirst: [.data([1], on: stream)]
        case .promise: [promise(stream)]
        case .continuationFlood: continuations(stream)
        case .reset: [.reset(stream, code: 2)]
        case .longFrame: [Frame(.data, stream: stream, [UInt8](repeating: 0, count: 20_000))]
        }
    }

    private func head(_ fields: [(String, String)], _ stream: UInt32) -> Frame {
        .headers(fields, on: stream, isLast: false)
    }

    /// Forty kilobytes in three frames.
    private func largeHead(_ stream: UInt32) -> [Frame] {
        let value = String(repeating: "x", count: 13_000)
        let first = FieldBlock.literal([(":status", "200"), ("x-0", value)])
        return [
            Frame(.headers, stream: stream, first),
            Frame(.continuation, stream: stream, FieldBlock.literal([("x-1", value)])),
            Frame(
                .continuation, flags: Frame.endHeaders, stream: stream, FieldBlock.literal([("x-2", value)])),
        ]
    }

    private func promise(_ stream: UInt32) -> Frame {
        let block: [UInt8] = FieldBlock.literal(Frame.request())
        return Frame(.pushPromise, flags: Frame.endHeaders, stream: stream, Frame.number(2) + block)
    }

    private func continuations(_ stream: UInt32) -> [Frame] {
        var frames = [Frame(.headers, stream: stream)]
        for _ in 0..<50 { frames.append(Frame(.continuation, stream: stream)) }
        return frames
    }
}
