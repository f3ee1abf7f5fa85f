/// Reads the responses of one connection, one after the other, and keeps of each what a judgement needs. Only bodies
/// of a known length: what stands before these tests sends no other.
struct Answer {
    /// What is wrong with a response.
    struct Malformed: Error {
        let what: String
    }

    /// The status code; 0 as long as the head is not whole.
    private(set) var status = 0
    /// Who answered, by the field X-Served-By.
    private(set) var servedBy = ""
    /// Whether it is the last one of its connection.
    private(set) var announcesClose = false
    /// How many bytes of the body are still to come; nil as long as the head is not whole.
    private(set) var rest: Int?

    private var head: [UInt8] = []
    private var endings = 0
    private static let headLimit = 16 << 10

    /// Whether nothing of it has come yet.
    var isUntouched: Bool { head.isEmpty }
    /// Whether all of it has come.
    var isComplete: Bool { rest == 0 }

    /// Reads on. True if the response is whole; nothing may come behind it.
    mutating func read(_ bytes: [UInt8]) throws(Malformed) -> Bool {
        var used = 0
        while rest == nil, used < bytes.count {
            let byte = bytes[used]
            used += 1
            head.append(byte)
            guard head.count <= Self.headLimit else { throw Malformed(what: "a head without an end") }
            endings = byte == 0x0A ? endings + 1 : byte == 0x0D ? endings : 0
            if endings == 2 { try takeHead() }
        }
        guard let rest else { return false }
        guard rest >= bytes.count - used else { throw Malformed(what: "more bytes than the body has") }
        self.rest = rest - (bytes.count - used)
        return isComplete
    }

    private mutating func takeHead() throws(Malformed) {
        let lines = String(decoding: head, as: UTF8.self).split(separator: "\r\n")
        let words = lines.first?.split(separator: " ") ?? []
        guard words.count > 1, words[0] == "HTTP/1.1", let code = Int(words[1]) else {
            throw Malformed(what: "\(lines.first ?? "nothing") for a status line")
        }
        status = code
        for line in lines.dropFirst() {
            let parts = line.split(separator: ":", maxSplits: 1)
            let value = parts.last?.drop { $0 == " " } ?? ""
            switch parts.first?.lowercased() {
            case "content-length": rest = Int(value)
            case "x-served-by": servedBy = String(value)
            case "connection": announcesClose = value.lowercased() == "close"
            default: break
            }
        }
        guard rest != nil else { throw Malformed(what: "no length in \(lines)") }
    }
}
