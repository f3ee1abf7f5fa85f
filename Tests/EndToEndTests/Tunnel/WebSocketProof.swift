internal import Foundation
internal import TestSupport

/// What a service says to a nonce, made by a program that has nothing of ours.
enum WebSocketProof {
    static func of(_ key: String) throws -> String {
        let folder = try TemporaryFolder()
        try folder.write("\(key)258EAFA5-E914-47DA-95CA-C5AB0DC85B11", to: "nonce")
        let digest = try Command("openssl", ["dgst", "-sha1", "-r", folder.file("nonce")]).output
        let digits = Array(digest.prefix(40))
        let bytes = stride(from: 0, to: digits.count, by: 2).compactMap {
            UInt8(String(digits[$0..<($0 + 2)]), radix: 16)
        }
        return Data(bytes).base64EncodedString()
    }
}
