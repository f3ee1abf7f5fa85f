/// Compresses fields (RFC 7541) in the plainest way: literals without indexing and without Huffman coding. So any
/// name and value can be sent, also one that no client would.
public enum FieldBlock {
    /// The block of `fields`.
    public static func literal(_ fields: [(String, String)]) -> [UInt8] {
        fields.flatMap { literal(Array($0.utf8), Array($1.utf8)) }
    }

    /// The representation of one field.
    public static func literal(_ name: [UInt8], _ value: [UInt8]) -> [UInt8] {
        [0] + string(name) + string(value)
    }

    /// A literal that enters the dynamic table.
    public static func indexed(_ name: String, _ value: String) -> [UInt8] {
        [0x40] + string(Array(name.utf8)) + string(Array(value.utf8))
    }

    private static func string(_ bytes: [UInt8]) -> [UInt8] {
        integer(bytes.count, prefixBits: 7) + bytes
    }

    /// An integer with a prefix of so many bits (RFC 7541 section 5.1).
    public static func integer(_ value: Int, prefixBits: Int) -> [UInt8] {
        let most = 1 << prefixBits - 1
        guard value >= most else { return [UInt8(value)] }
        var bytes = [UInt8(most)]
        var rest = value - most
        while rest >= 128 {
            bytes.append(UInt8(rest & 0x7f | 0x80))
            rest >>= 7
        }
        return bytes + [UInt8(rest)]
    }
}
