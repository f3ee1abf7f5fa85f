internal import Compression
internal import Configuration

/// How responses of a route are compressed, ready for use.
final class CompressionRules: Sendable {
    let codings: [ContentCoding]
    /// The names of the codings.
    let names: [StaticString]
    let types: [[UInt8]]
    let minimumBytes: Int
    let withCredentials: Bool

    init(_ configuration: CompressionConfiguration) {
        codings = configuration.encodings.map { encoding in
            switch encoding {
            case .gzip: .gzip
            case .brotli: .brotli
            }
        }
        names = codings.map(\.name)
        types = configuration.types.map { Array($0.utf8) }
        minimumBytes = configuration.minimumBytes
        withCredentials = configuration.withCredentials
    }
}
