import Testing

@testable import TLS

@Suite struct ClientHelloTests {
    private func serverName(_ name: [UInt8]) -> [UInt8] {
        let count = name.count
        let entry: [UInt8] = [0, UInt8(count >> 8), UInt8(count & 255)] + name
        return [UInt8(entry.count >> 8), UInt8(entry.count & 255)] + entry
    }

    @Test func `a host name is found`() throws {
        let bytes = serverName(Array("a.test".utf8))
        #expect(try ClientHello.hostName(in: bytes.span) == 5..<11)
        let longest = serverName(Array(repeating: 97, count: 255))
        #expect(try ClientHello.hostName(in: longest.span).count == 255)
    }

    @Test func `every other form of a server name is malformed`() {
        let good = serverName(Array("a.test".utf8))
        var cases = [
            serverName([]), serverName(Array(repeating: 97, count: 256)), serverName([97, 0, 98]), good + [0],
            [0, 9, 1] + good[3...], [0, 10] + good[2...], [0, 8] + good[2...],
            [0, 18] + good[2...] + good[2...],
        ]
        for count in good.indices { cases.append(Array(good[..<count])) }
        for bytes in cases {
            #expect(throws: ClientHello.Malformed.self, "\(bytes)") {
                try ClientHello.hostName(in: bytes.span)
            }
        }
    }

    @Test func `offered versions are told apart`() throws {
        let cases: [([UInt8], Bool, Bool)] = [
            ([2, 3, 4], true, false), ([4, 3, 4, 3, 3], true, true), ([2, 3, 3], false, true),
            ([4, 0x1a, 0x1a, 3, 4], true, false), ([2, 3, 1], false, true), ([2, 3, 0], false, false),
        ]
        for (bytes, offers13, offersOlder) in cases {
            let offers = try ClientHello.versions(in: bytes.span)
            #expect(offers.offers13 == offers13)
            #expect(offers.offersOlder == offersOlder)
        }
    }

    @Test(arguments: [[], [0], [2], [2, 3], [1, 3], [3, 3, 4, 3], [2, 3, 4, 3], [4, 3, 4]] as [[UInt8]])
    func `malformed lists of versions are refused`(_ bytes: [UInt8]) {
        #expect(throws: ClientHello.Malformed.self) { try ClientHello.versions(in: bytes.span) }
    }

    @Test func `the first ticket's length is found`() throws {
        let ticket: [UInt8] = [0, 3, 1, 2, 3, 0, 0, 0, 0]
        let bytes: [UInt8] = [0, 9] + ticket + [0, 4, 3, 9, 9, 9]
        #expect(try ClientHello.firstTicketBytes(in: bytes.span) == 3)
    }

    @Test(
        arguments: [
            [], [0], [0, 9], [0, 9, 0], [0, 9, 0, 3, 1], [0, 6, 0, 0, 0, 0, 0, 0],
            [0, 8, 0, 3, 1, 2, 3, 0, 0, 0],
            [255, 255, 0, 3, 1, 2, 3, 0, 0, 0, 0], [0, 0, 255, 255],
        ] as [[UInt8]])
    func `malformed tickets are refused`(_ bytes: [UInt8]) {
        #expect(throws: ClientHello.Malformed.self) { try ClientHello.firstTicketBytes(in: bytes.span) }
    }

    @Test func `protocol names are matched in our order`() throws {
        let list = try #require(ProtocolNames.encode([Array("h2".utf8), Array("http/1.1".utf8)]))
        let choice = ProtocolNames.select(
            from: list.span, preferring: [Array("x".utf8), Array("http/1.1".utf8)])
        #expect(choice?.index == 1)
        #expect(choice?.range == 4..<12)
        #expect(
            ProtocolNames.select(from: list.span, preferring: [Array("h".utf8), Array("h21".utf8)]) == nil)
        // A list that is cut anywhere never leads out of bounds.
        for count in list.indices {
            let cut = Array(list[..<count])
            #expect(ProtocolNames.select(from: cut.span, preferring: [Array("http/1.1".utf8)]) == nil)
        }
    }

    @Test func `names are matched exactly, then by wild card for one label`() {
        var table = ServerNameTable<Int>()
        table.insert(1, name: Array("A.test".utf8))
        table.insert(2, name: Array("*.test".utf8))
        table.insert(3, name: Array("*.b.test".utf8))
        table.insert(4, name: Array("a.test".utf8))
        let cases: [(String, Int?)] = [
            ("a.test", 1), ("b.test", 2), ("c.b.test", 3), ("d.c.b.test", nil), ("a.test.", 1), ("A.Test", 1),
            ("test", nil),
            (".test", nil), ("", nil), (".", nil), ("*.test", 2),
        ]
        for (name, value) in cases {
            let bytes = Array(name.utf8)
            #expect(table.match(bytes.span) == value, "\(name)")
        }
    }

    @Test func `each of many names is found, whatever the order in which they were entered`() {
        var table = ServerNameTable<Int>()
        let numbers = (0..<500).map { $0 * 7919 % 500 }
        for number in numbers {
            table.insert(number, name: Array("n\(number).test".utf8))
            table.insert(-number, name: Array("*.n\(number).test".utf8))
        }
        for number in numbers {
            #expect(table.match(Array("N\(number).test".utf8).span) == number)
            #expect(table.match(Array("a.n\(number).TEST.".utf8).span) == -number)
        }
        #expect(table.match(Array("n500.test".utf8).span) == nil)
    }
}
