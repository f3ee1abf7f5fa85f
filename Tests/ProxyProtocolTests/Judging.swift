import Platform
import Testing

@testable import ProxyProtocol

/// Judges `bytes`, and requires that every part of them that is too short is either incomplete or refused
/// like the whole.
func judge(_ bytes: [UInt8], sourceLocation: SourceLocation = #_sourceLocation) -> ProxyHeaderParser.Outcome {
    let whole = ProxyHeaderParser.parse(bytes.span)
    for count in 0..<bytes.count {
        let part = ProxyHeaderParser.parse(bytes.span.extracting(first: count))
        guard part != .incomplete else { continue }
        #expect(part == whole, sourceLocation: sourceLocation)
    }
    return whole
}

func header(_ source: String, _ destination: String) -> ProxyHeader {
    ProxyHeader(source: SocketAddress(source), destination: SocketAddress(destination), isLocal: false)
}
