import Foundation
import HTTP1
import HTTP2
import TestSupport
import Testing

/// Replays the inputs of the fuzz target; what once crashed lies among them.
@Suite struct CorpusTests {
    private func inputs(_ target: String) throws -> [[UInt8]] {
        let folder = URL(filePath: #filePath).deletingLastPathComponent().appending(
            path: "../Fuzz/Corpus/\(target)")
        let files = try FileManager.default.contentsOfDirectory(at: folder, includingPropertiesForKeys: nil)
        #expect(!files.isEmpty)
        return try files.map { Array(try Data(contentsOf: $0)) }
    }

    @Test func `sessions from the corpus go the same way in any pieces`() throws {
        for bytes in try inputs("Session") {
            let whole = try requests(bytes, inPieces: false)
            let pieces = try requests(bytes, inPieces: true)
            // After a client's GOAWAY the library reads what has come with it, and no more once nothing is open.
            for (id, text) in pieces { #expect(whole[id] == text) }
        }
    }

    @Test func `what services say in the corpus comes to the same in any pieces`() throws {
        for bytes in try inputs("Service") {
            let (whole, pieces) = (
                try responses(bytes, inPieces: false), try responses(bytes, inPieces: true)
            )
            for (all, some) in zip(whole, pieces) { #expect(all.hasPrefix(some)) }
        }
    }

    @Test func `fields from the corpus come to the same head in any pieces`() throws {
        for bytes in try inputs("Downgrade") {
            let frame = Frame(
                .headers, flags: Frame.endHeaders | (bytes[0] & 0x10 == 0 ? Frame.endStream : 0), stream: 1,
                fieldBlock(bytes))
            var settings = SessionSettings()
            settings.allowsWebSocket = bytes[0] & 0x20 != 0
            let heads = try [false, true].map { inPieces in
                let stage = try Stage(settings)
                stage.send([frame], inPieces: inPieces)
                return stage.log.requests[1]
            }
            #expect(heads[0] == heads[1])
            guard let head = heads[0] else { continue }
            var parser = RequestHeadParser()
            let text = Array(head.utf8)
            if case .complete(let length) = parser.parse(text.span) { #expect(length == text.count) }
        }
    }

    /// The fields that the fuzz target makes of an input: the usual four but for one, then what the input brings.
    private func fieldBlock(_ bytes: [UInt8]) -> [UInt8] {
        let method = bytes[0] & 0x40 != 0 ? "CONNECT" : bytes[0] & 1 == 0 ? "GET" : "POST"
        let usual = [(":method", method), (":scheme", "https"), (":path", "/a"), (":authority", "a.example")]
        let left = Int(bytes[0] >> 1 & 7)
        var fields = usual.enumerated().filter { $0.offset != left }.map {
            (Array($0.element.0.utf8), Array($0.element.1.utf8))
        }
        var rest = bytes.dropFirst()
        func take(_ count: Int) -> [UInt8] {
            defer { rest = rest.dropFirst(count) }
            return Array(rest.prefix(count))
        }
        while let kind = take(1).first {
            let known = Self.names[Int(kind) % Self.names.count]
            let name = kind < 0x80 ? take(Int(kind & 15)) : Array(known.utf8)
            fields.append((name, take(Int((take(1).first ?? 0) & 63))))
        }
        return fields.flatMap { name, value in
            Array([[0, UInt8(name.count)], name, [UInt8(value.count)], value].joined())
        }
    }

    private static let names = [
        ":method", ":path", ":authority", ":scheme", ":protocol", ":status", "host", "cookie", "te",
        "connection", "content-length", "transfer-encoding", "upgrade", "expect", "x-a", "via", "forwarded",
        "trailer", "http2-settings",
    ]

    /// The heads of the responses to requests of all kinds.
    private func responses(_ bytes: [UInt8], inPieces: Bool) throws -> [String] {
        let stage = try RequestStage(greets: nil)
        stage.request()
        stage.request("HEAD / HTTP/1.1\r\nHost: a\r\n\r\n")
        stage.request("POST / HTTP/1.1\r\nHost: a\r\n\r\n", isLast: false)
        stage.request(isLast: false, tunnel: .webSocket(acceptance: [0x61]))
        stage.request("CONNECT a:1 HTTP/1.1\r\nHost: a:1\r\n\r\n", isLast: false, tunnel: .connect)
        stage.send(bytes: bytes, inPieces: inPieces)
        return stage.streams.map(\.text)
    }

    private func requests(_ bytes: [UInt8], inPieces: Bool) throws -> [Int32: String] {
        let stage = try Stage(greets: false)
        stage.send(Frame.preface + Frame.settings().bytes + bytes, inPieces: inPieces)
        return stage.log.requests
    }
}
