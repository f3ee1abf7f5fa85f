internal import TestSupport
internal import Testing

/// A run with a sanitizer must not test a gateway without it.
struct SanitizerTests {
    @Test func `the gateway under test is built with the sanitizer of the tests`() throws {
        for (name, isLinked) in Sanitizer.presence {
            let search = try Command("grep", ["-q", name, GatewayBinary.path])
            #expect((search.ending == .exited(0)) == isLinked, "\(name) in \(GatewayBinary.path)")
        }
    }
}
