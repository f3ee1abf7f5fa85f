internal import CNghttp2

/// Undoes the compression of fields as a client does, by the library's own inflater.
@safe
public final class FieldDecoder {
    private let inflater: OpaquePointer?

    /// A decoder for the blocks of one connection.
    public init() {
        var inflater: OpaquePointer?
        _ = unsafe nghttp2_hd_inflate_new(&inflater)
        unsafe self.inflater = inflater
    }

    deinit {
        unsafe nghttp2_hd_inflate_del(inflater)
    }

    /// The fields of a whole block; nil if it is malformed.
    public func decode(_ block: [UInt8]) -> [String]? {
        var fields: [String] = []
        var rest = block[...]
        while true {
            var field = unsafe nghttp2_nv()
            var flags: Int32 = 0
            let used = unsafe rest.withUnsafeBufferPointer {
                unsafe nghttp2_hd_inflate_hd2(inflater, &field, &flags, $0.baseAddress, $0.count, 1)
            }
            guard used >= 0 else { return nil }
            rest = rest.dropFirst(used)
            if flags & Int32(NGHTTP2_HD_INFLATE_EMIT.rawValue) != 0 {
                unsafe fields.append(
                    text(field.name, field.namelen) + ": " + text(field.value, field.valuelen))
            }
            if flags & Int32(NGHTTP2_HD_INFLATE_FINAL.rawValue) != 0 {
                unsafe nghttp2_hd_inflate_end_headers(inflater)
                return fields
            }
            if flags & Int32(NGHTTP2_HD_INFLATE_EMIT.rawValue) == 0, rest.isEmpty { return fields }
        }
    }

    private func text(_ start: UnsafeMutablePointer<UInt8>?, _ count: Int) -> String {
        unsafe String(decoding: UnsafeBufferPointer(start: start, count: count), as: UTF8.self)
    }
}
