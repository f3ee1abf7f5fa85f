internal import CNghttp2
internal import HTTP
internal import HTTP1

/// The lines of an HTTP/1.1 head as the library takes them. Its storage is kept, and grows to the longest list.
@safe
struct HeaderList: ~Copyable {
    private var storage: UnsafeMutablePointer<nghttp2_nv>
    private var capacity = 32
    /// How many fields there are.
    private(set) var count = 0

    init() {
        unsafe storage = .allocate(capacity: capacity)
    }

    deinit {
        unsafe storage.deallocate()
    }

    /// The fields; valid as long as the bytes that were read.
    @unsafe var fields: UnsafePointer<nghttp2_nv> { unsafe UnsafePointer(storage) }

    /// Reads a response's head, without the fields that belong to a connection of HTTP/1.
    ///
    /// - Safety: `start` points to `bytes`, and the list is used while they are there.
    /// - Returns: the offset of the content after it.
    @unsafe
    mutating func readResponse(_ bytes: Span<UInt8>, at start: UnsafePointer<UInt8>) -> Int {
        count = 0
        guard bytes.count >= Self.statusEnd else { return bytes.count }
        unsafe append(
            Self.statusName.utf8Start, 7, start + Self.statusStart, Self.statusEnd - Self.statusStart)
        return unsafe readLines(bytes, at: start)
    }

    /// Reads a request's head, without the fields that belong to a connection of HTTP/1, and with Host as `:authority`.
    ///
    /// - Safety: as of `readResponse`.
    /// - Returns: whether the method is HEAD.
    @unsafe
    mutating func readRequest(
        _ bytes: Span<UInt8>, at start: UnsafePointer<UInt8>, isSecure: Bool, acceptsTrailers: Bool
    ) -> Bool {
        count = 0
        let method = Self.word(in: bytes, from: 0)
        let target = Self.word(in: bytes, from: method.upperBound &+ 1)
        unsafe append(Self.methodName.utf8Start, 7, start, method.count)
        let scheme: StaticString = isSecure ? "https" : "http"
        unsafe append(Self.schemeName.utf8Start, 7, scheme.utf8Start, scheme.utf8CodeUnitCount)
        unsafe append(Self.pathName.utf8Start, 5, start + target.lowerBound, target.count)
        // Room for the authority, which stands before the other fields.
        unsafe append(Self.authorityName.utf8Start, 10, start, 0)
        var hasAuthority = false
        var lines = HeadLines(after: bytes)
        while let line = lines.next(in: bytes) {
            let kind = FieldKind(line.name.bytes(in: bytes))
            if Self.ofConnection.contains(kind) { continue }
            let value = unsafe start + Int(line.value.start)
            if kind == .host {
                hasAuthority = true
                unsafe storage[3].value = UnsafeMutablePointer(mutating: value)
                unsafe storage[3].valuelen = Int(line.value.count)
                continue
            }
            unsafe append(start + Int(line.name.start), Int(line.name.count), value, Int(line.value.count))
            // Requests of several clients share the compression of this connection (RFC 7541 section 7.1); the library
            // knows of Authorization by itself.
            if kind == .cookie {
                unsafe storage[count &- 1].flags = UInt8(NGHTTP2_NV_FLAG_NO_INDEX.rawValue)
            }
        }
        if !hasAuthority { removeAuthority() }
        if acceptsTrailers { unsafe append(Self.teName.utf8Start, 2, Self.trailers.utf8Start, 8) }
        return Method(bytes.extracting(method)) == .head
    }

    private mutating func removeAuthority() {
        remove(at: 3)
    }

    /// Takes a field out.
    mutating func remove(at position: Int) {
        for index in (position &+ 1)..<count { unsafe storage[index &- 1] = storage[index] }
        count &-= 1
    }

    /// Puts a field in.
    mutating func insert(_ name: StaticString, value: StaticString, at position: Int) {
        unsafe append(name.utf8Start, name.utf8CodeUnitCount, value.utf8Start, value.utf8CodeUnitCount)
        let field = unsafe storage[count &- 1]
        for index in (position..<(count &- 1)).reversed() { unsafe storage[index &+ 1] = storage[index] }
        unsafe storage[position] = field
    }

    /// Gives a field another name, and another value unless that is nil.
    mutating func setName(_ name: StaticString, value: StaticString? = nil, at position: Int) {
        unsafe storage[position].name = UnsafeMutablePointer(mutating: name.utf8Start)
        unsafe storage[position].namelen = name.utf8CodeUnitCount
        guard let value else { return }
        unsafe storage[position].value = UnsafeMutablePointer(mutating: value.utf8Start)
        unsafe storage[position].valuelen = value.utf8CodeUnitCount
    }

    /// Calls `body` with the name of a field.
    ///
    /// - Safety: as of `readResponse`.
    @unsafe
    func withName<Result>(at position: Int, _ body: (Span<UInt8>) -> Result) -> Result {
        let field = unsafe storage[position]
        return unsafe body(UnsafeBufferPointer(start: field.name, count: field.namelen).span)
    }

    /// Where the word that begins at `start` stands.
    private static func word(in bytes: Span<UInt8>, from start: Int) -> Range<Int> {
        var end = min(start, bytes.count)
        while end < bytes.count, bytes[end] > 0x20 { end &+= 1 }
        return min(start, end)..<end
    }

    /// Reads a trailer section, with the last chunk's size line before it.
    ///
    /// - Safety: as of `readResponse`.
    @unsafe
    mutating func readTrailers(_ bytes: Span<UInt8>, at start: UnsafePointer<UInt8>) {
        count = 0
        _ = unsafe readLines(bytes, at: start)
    }

    private mutating func readLines(_ bytes: Span<UInt8>, at start: UnsafePointer<UInt8>) -> Int {
        var lines = HeadLines(after: bytes)
        while let line = lines.next(in: bytes) {
            if Self.ofConnection.contains(FieldKind(line.name.bytes(in: bytes))) { continue }
            unsafe append(
                start + Int(line.name.start), Int(line.name.count), start + Int(line.value.start),
                Int(line.value.count))
        }
        return lines.offset
    }

    private mutating func append(
        _ name: UnsafePointer<UInt8>, _ nameBytes: Int, _ value: UnsafePointer<UInt8>, _ valueBytes: Int
    ) {
        if count == capacity { grow() }
        // The library copies both, and puts names into lower case.
        let field = unsafe nghttp2_nv(
            name: UnsafeMutablePointer(mutating: name), value: UnsafeMutablePointer(mutating: value),
            namelen: nameBytes, valuelen: valueBytes, flags: UInt8(NGHTTP2_NV_FLAG_NONE.rawValue))
        unsafe (storage + count).initialize(to: field)
        count &+= 1
    }

    private mutating func grow() {
        let larger = UnsafeMutablePointer<nghttp2_nv>.allocate(capacity: capacity &* 2)
        unsafe larger.initialize(from: storage, count: count)
        unsafe storage.deallocate()
        unsafe storage = larger
        capacity &*= 2
    }

    /// Fields that HTTP/2 does not have (RFC 9113 section 8.2.2).
    private static let ofConnection = FieldKinds([
        .connection, .keepAlive, .proxyConnection, .transferEncoding, .upgrade, .http2Settings, .te,
    ])
    static let methodName: StaticString = ":method"
    private static let schemeName: StaticString = ":scheme"
    private static let pathName: StaticString = ":path"
    static let authorityName: StaticString = ":authority"
    private static let teName: StaticString = "te"
    private static let trailers: StaticString = "trailers"
    private static let statusName: StaticString = ":status"
    /// Where the status code stands after `HTTP/1.1 `.
    private static let statusStart = 9
    private static let statusEnd = 12
}
