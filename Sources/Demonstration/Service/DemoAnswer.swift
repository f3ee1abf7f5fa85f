internal import HTTP
internal import HTTP1
internal import Platform
internal import Runtime

/// An answer of a demo service, on its way.
struct DemoAnswer {
    /// The most bytes that `/bytes/N` gives.
    static let bytesLimit: UInt64 = 1 << 40
    private static let pieceBytes = 64 << 10

    /// Whether the connection ends after it.
    let closes: Bool
    private var head: [UInt8]
    private var fillerBytes: UInt64
    private var isHeadWritten = false

    init(
        to request: borrowing RequestHead, _ bytes: Span<UInt8>, identity: ServiceIdentity, now: MonotonicTime
    ) {
        closes = !request.isPersistent
        let path = String(copying: request.path.bytes(in: bytes))
        var status = "200 OK"
        var body = "\(identity.name) incarnation \(identity.process)\n"
        var filler: UInt64 = 0
        var fields = ""
        if now < identity.readyAt {
            status = "503 Service Unavailable"
            fields = "Retry-After: 1\r\n"
            body = "\(identity.name) is starting\n"
        } else if path.hasPrefix("/bytes/") {
            if let count = UInt64(path.dropFirst(7)), count <= Self.bytesLimit {
                body = ""
                filler = count
            } else {
                status = "400 Bad Request"
            }
        }
        fillerBytes = request.method == .head ? 0 : filler
        let text = """
            HTTP/1.1 \(status)\r
            Content-Type: text/plain; charset=utf-8\r
            Content-Length: \(UInt64(body.utf8.count) + filler)\r
            Cache-Control: no-store\r
            X-Served-By: \(identity.name)\r
            X-Incarnation: \(identity.process)\r
            \(fields)\(closes ? "Connection: close\r\n" : "")\r

            """
        head = Array((request.method == .head ? text : text + body).utf8)
    }

    /// Writes as much as the transport takes; true once all of it is written.
    mutating func write(to transport: Transport) -> Bool {
        if !isHeadWritten {
            isHeadWritten = true
            unsafe head.withUnsafeBytes { unsafe transport.write($0) }
        }
        while fillerBytes > 0 {
            guard !transport.hasPendingOutput, transport.failure == nil else { return false }
            let piece = Self.filler.prefix(Int(min(fillerBytes, UInt64(Self.pieceBytes))))
            fillerBytes -= UInt64(piece.count)
            unsafe piece.withUnsafeBytes { unsafe transport.write($0) }
        }
        return true
    }

    private static let filler = [UInt8](repeating: UInt8(ascii: "."), count: pieceBytes)
}

extension String {
    /// The text of a span of bytes, repaired where it is no UTF-8.
    init(copying bytes: Span<UInt8>) {
        self = unsafe bytes.withUnsafeBufferPointer { unsafe String(decoding: $0, as: UTF8.self) }
    }
}
