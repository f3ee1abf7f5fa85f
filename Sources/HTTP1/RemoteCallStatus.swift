internal import HTTP

/// What gRPC says instead of a status of HTTP.
enum RemoteCallStatus {
    /// The code for `status` (gRPC, "HTTP to gRPC Status Code Mapping").
    static func code(for status: Status) -> UInt64 {
        switch status.code {
        case 400: 13  // INTERNAL
        case 401: 16  // UNAUTHENTICATED
        case 403: 7  // PERMISSION_DENIED
        case 404: 12  // UNIMPLEMENTED
        case 429, 502, 503, 504: 14  // UNAVAILABLE
        default: 2  // UNKNOWN
        }
    }
}

extension RequestHead {
    /// Whether the request is a call of gRPC, by its content type.
    public func isRemoteCall(_ bytes: Span<UInt8>) -> Bool {
        guard method == .post else { return false }
        let name = FoldedName("content-type")
        for index in 0..<fields.count where fields[index].kind == .other {
            guard fields[index].name.count == 12, FoldedName(fields[index].name.bytes(in: bytes)) == name
            else {
                continue
            }
            let value = fields[index].value.bytes(in: bytes)
            let begin = StaticString("application/grpc")
            guard value.count >= begin.utf8CodeUnitCount else { return false }
            let end = begin.utf8CodeUnitCount
            guard FoldedName(value.extracting(first: end)) == FoldedName(begin) else { return false }
            return value.count == end || value[end] == 0x2b || value[end] == 0x3b || value[end] == 0x20
        }
        return false
    }
}
