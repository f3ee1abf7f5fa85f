import HTTP
import HTTP2
import TestSupport
import Testing

/// RFC 9113 section 8: what a request may be.
struct MessageTests {
    @Test(arguments: MessageCases.names)
    func `section 8.2.1: names`(_ name: FrameCase) throws { try name.check() }

    @Test(arguments: MessageCases.values)
    func `section 8.2.1: values`(_ value: FrameCase) throws { try value.check() }

    @Test(arguments: MessageCases.ofConnection)
    func `section 8.2.2: fields of a connection`(_ field: FrameCase) throws { try field.check() }

    @Test(arguments: MessageCases.pseudo)
    func `sections 8.3 and 8.5: pseudo-header fields`(_ field: FrameCase) throws { try field.check() }

    @Test(arguments: MessageCases.tunnels)
    func `section 8.5: CONNECT`(_ request: FrameCase) throws { try request.check() }

    @Test(arguments: MessageCases.bodies)
    func `section 8.1.1: the length of a body`(_ body: FrameCase) throws { try body.check() }

    @Test(arguments: MessageCases.trailerCases)
    func `section 8.1: trailers`(_ trailers: FrameCase) throws { try trailers.check() }
}
