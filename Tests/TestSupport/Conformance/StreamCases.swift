internal import HTTP2

/// RFC 9113 section 5: the states of streams and their numbers.
public enum StreamCases {
    /// A request without a body.
    public static let request = Frame.headers(Frame.request())

    /// A request whose body is still to come.
    public static let opened = Frame.headers(Frame.request("POST"), isLast: false)

    /// Section 5.1: states.
    public static let states: [FrameCase] = [
        FrameCase("DATA on an idle stream is an error", .connectionError(.protocolError), [.data([1])]),
        FrameCase("RST_STREAM on an idle stream is an error", .connectionError(.protocolError), [.reset()]),
        FrameCase(
            "WINDOW_UPDATE on an idle stream is an error", .connectionError(.protocolError),
            [.windowUpdate(1, on: 1)]),
        FrameCase(
            "CONTINUATION on an idle stream is an error", .connectionError(.protocolError),
            [Frame(.continuation, flags: 4, stream: 1)]),
        FrameCase(
            "PRIORITY on an idle stream changes nothing", .nothing,
            [Frame(.priority, stream: 1, [0, 0, 0, 0, 1])]),
        FrameCase(
            "DATA after the end of a request is an error", .connectionError(.streamClosed),
            [request, .data([1])]),
        FrameCase(
            "HEADERS after the end of a request are an error", .connectionError(.streamClosed),
            [request, request]),
        FrameCase(
            "CONTINUATION after the end of a request is an error", .connectionError(.protocolError),
            [request, Frame(.continuation, flags: 4, stream: 1)]),
        FrameCase(
            "WINDOW_UPDATE after the end of a request is taken", .accepted,
            [request, .windowUpdate(9, on: 1)]),
        FrameCase(
            "PRIORITY after the end of a request is taken", .accepted,
            [request, Frame(.priority, stream: 1, [0, 0, 0, 0, 1])]),
        FrameCase(
            "DATA after RST_STREAM does no harm", .nothing, [opened, .reset(), .data([1])]),
        FrameCase(
            "WINDOW_UPDATE after RST_STREAM does no harm", .nothing,
            [opened, .reset(), .windowUpdate(1, on: 1)]),
        FrameCase("a second RST_STREAM does no harm", .nothing, [opened, .reset(), .reset()]),
        FrameCase("a request that is reset at once is not passed on", .nothing, [request, .reset()]),
    ]

    /// Section 5.1.1: numbers.
    public static let numbers: [FrameCase] = [
        FrameCase(
            "a stream of an even number is an error", .connectionError(.protocolError),
            [.headers(Frame.request(), on: 2)]),
        FrameCase(
            "a request on stream zero is an error", .connectionError(.protocolError),
            [.headers(Frame.request(), on: 0)]),
        FrameCase(
            "a number that was skipped is closed for ever", .nothing,
            [.headers(Frame.request(), on: 5), request]),
        FrameCase(
            "numbers may be skipped", .accepted, [request, .headers(Frame.request(), on: 9)]),
        FrameCase(
            "a stream that depends on itself is an error", .connectionError(.protocolError),
            [
                Frame(
                    .headers, flags: 0x25, stream: 1,
                    [0, 0, 0, 1, 16] + FieldBlock.literal(Frame.request()))
            ]),
    ]
}
