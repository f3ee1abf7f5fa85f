import Foundation
import Platform
import Testing

@testable import Interfaces

@Suite struct RouteParserTests {
    @Test func `a link is read, and what is of no concern passed over`() throws {
        let link = Link(index: 2, name: "eth0")
        #expect(try contents(Kernel.link()) == [.link(link)])
        #expect(link.isUsable)
    }

    @Test(
        arguments: [
            (0x1_0000, 6, "switched off"), (0x0, 2, "switched off"), (0x1, 2, "no carrier"),
            (0x1_0001, 2, "down"), (0x1_0001, 3, "the link below is down"), (0x1_0001, 5, "dormant"),
            (0x1_0001, 1, "not present"), (0x1_0001, 4, "testing"), (0x1_0001, 0, nil), (0x1_0001, 6, nil),
            (0x1_0001, 99, nil),
        ] as [(UInt32, UInt8, String?)])
    func `flags and state say whether a link carries packets`(flags: UInt32, state: UInt8, fault: String?)
        throws
    {
        let found = try contents(Kernel.link(flags: flags, state: state))
        guard case .link(let link)? = found.first else { throw RouteFault.missing }
        #expect(link.fault == fault)
    }

    @Test func `addresses of both families are read`() throws {
        let both = Kernel.address("192.0.2.7") + Kernel.address("2001:db8::7", prefix: 64)
        #expect(
            try contents(both) == [
                .address(LinkAddress(link: 2, address: try ip("192.0.2.7"), prefixLength: 24)),
                .address(LinkAddress(link: 2, address: try ip("2001:db8::7"), prefixLength: 64)),
            ])
        #expect(
            try contents(Kernel.address("192.0.2.7", kind: 21)) == [
                .addressGone(LinkAddress(link: 2, address: try ip("192.0.2.7"), prefixLength: 24))
            ])
    }

    @Test func `on a link between two our own address counts, not the peer's`() throws {
        let body =
            Kernel.addressHead(prefix: 32) + Kernel.attribute(1, [192, 0, 2, 1])
            + Kernel.attribute(2, [192, 0, 2, 2])
        #expect(
            try contents(Kernel.message(20, body)) == [
                .address(LinkAddress(link: 2, address: try ip("192.0.2.2"), prefixLength: 32))
            ])
    }

    @Test(
        arguments: [
            (0x40, false), (0x48, false), (0x08, false), (0x44, true), (0x80, true), (0x100, true),
        ] as [(UInt32, Bool)])
    func `an address that is tentative or has failed is not usable`(flags: UInt32, isUsable: Bool) throws {
        let found = try contents(Kernel.address("2001:db8::7", prefix: 64, flags: flags))
        guard case .address(let address)? = found.first else { throw RouteFault.missing }
        #expect(address.isUsable == isUsable)
    }

    @Test func `that a port has left its bridge is not that the link is gone`() throws {
        #expect(try contents(Kernel.message(17, Kernel.linkHead() + Kernel.name("eth0"))) == [.linkGone(2)])
        let port = Kernel.message(17, Kernel.linkHead(family: 7) + Kernel.name("eth0"))
        #expect(try contents(port) == [.other])
    }

    @Test func `ends and refusals carry their number`() throws {
        #expect(try contents(Kernel.message(3, [0, 0, 0, 0])) == [.done(0)])
        #expect(try contents(Kernel.message(3, [])) == [.done(0)])
        var busy: [UInt8] = []
        busy.append(native: UInt32(bitPattern: -16))
        #expect(try contents(Kernel.message(2, busy)) == [.refused(16)])
        var least: [UInt8] = []
        least.append(native: UInt32(bitPattern: .min))
        #expect(try contents(Kernel.message(2, least)) == [.refused(.max)])
        #expect(try contents(Kernel.message(4, [])) == [.overrun])
        #expect(try contents(Kernel.message(24, [1, 2, 3])) == [.other])
    }

    @Test func `the head says whose answer it is, and whether it has to be asked for again`() throws {
        let bytes = Kernel.message(3, flags: 0x12, sequence: 7, port: 99, [0, 0, 0, 0])
        let messages = try RouteParser.parse(bytes.span)
        #expect(messages.first == RouteMessage(sequence: 7, port: 99, isInterrupted: true, .done(0)))
    }

    @Test func `control characters in the name of a link do not reach a log`() throws {
        let body = Kernel.linkHead() + Kernel.attribute(3, [0x1b, 0x5b, 0x41, 0xff, 0])
        guard case .link(let link)? = try contents(Kernel.message(16, body)).first else {
            throw RouteFault.missing
        }
        #expect(link.name == "?[A?")
    }

    static let hostile: [(what: String, bytes: [UInt8], fault: RouteFault)] = [
        ("a message shorter than its head", [8, 0, 0, 0] + [UInt8](repeating: 0, count: 12), .length),
        ("a message of no length", [UInt8](repeating: 0, count: 16), .length),
        ("a message beyond the end", [255, 255, 255, 255] + [UInt8](repeating: 0, count: 12), .length),
        ("a link cut off", Kernel.message(16, [0, 0, 1, 0]), .length),
        ("a link without a name", Kernel.message(16, Kernel.linkHead()), .missing),
        ("a link of number 0", Kernel.message(16, Kernel.linkHead(index: 0) + Kernel.name("a")), .value),
        (
            "a link of a negative number",
            Kernel.message(16, Kernel.linkHead(index: 0xffff_ffff) + Kernel.name("a")), .value
        ),
        ("an empty name", Kernel.message(16, Kernel.linkHead() + Kernel.name("")), .value),
        (
            "a name too long", Kernel.message(16, Kernel.linkHead() + Kernel.name("abcdefghijklmnop")), .value
        ),
        (
            "a state of two bytes",
            Kernel.message(16, Kernel.linkHead() + Kernel.name("a") + Kernel.attribute(16, [6, 6])), .value
        ),
        (
            "an attribute of no length",
            Kernel.message(16, Kernel.linkHead() + Kernel.attribute(3, [], length: 0)), .length
        ),
        (
            "an attribute beyond the message",
            Kernel.message(16, Kernel.linkHead() + Kernel.attribute(3, [97, 0], length: 900)), .length
        ),
        ("an address cut off", Kernel.message(20, [2, 24, 0]), .length),
        ("an address without one", Kernel.message(20, Kernel.addressHead()), .missing),
        (
            "an address of three bytes",
            Kernel.message(20, Kernel.addressHead() + Kernel.attribute(2, [1, 2, 3])), .value
        ),
        (
            "an IPv6 address of four bytes",
            Kernel.message(20, Kernel.addressHead(family: 10) + Kernel.attribute(1, [1, 2, 3, 4])), .value
        ),
        (
            "a prefix longer than an address",
            Kernel.message(20, Kernel.addressHead(prefix: 33) + Kernel.attribute(2, [1, 2, 3, 4])), .value
        ),
        (
            "flags of three bytes",
            Kernel.message(20, Kernel.addressHead() + Kernel.attribute(8, [1, 2, 3])),
            .value
        ),
        ("a refusal without its number", Kernel.message(2, [1, 2]), .length),
        (
            "more messages than one datagram holds",
            [UInt8]((0...RouteParser.messageLimit).map { _ in Kernel.message(24, []) }.joined()), .length
        ),
    ]

    @Test(arguments: hostile)
    func `what the kernel would not say is refused`(what: String, bytes: [UInt8], fault: RouteFault) {
        #expect(throws: fault, "\(what)") { try RouteParser.parse(bytes.span) }
    }

    @Test func `a family of no concern is passed over`() throws {
        #expect(try contents(Kernel.message(20, Kernel.addressHead(family: 28))) == [.other])
    }

    @Test func `a datagram that is cut off is refused, or read as far as it is whole`() throws {
        let pieces = [
            Kernel.link(), Kernel.address("192.0.2.7"), Kernel.address("2001:db8::7", prefix: 64),
            Kernel.message(3, [0, 0, 0, 0]),
        ]
        let bytes = [UInt8](pieces.joined())
        let whole = try RouteParser.parse(bytes.span)
        #expect(whole.count == pieces.count)
        for end in 0..<bytes.count {
            guard let part = try? RouteParser.parse(bytes.span.extracting(first: end)) else { continue }
            #expect(part.count < whole.count && part == Array(whole.prefix(part.count)), "cut at \(end)")
        }
    }

    @Test func `any byte may be another without harm`() throws {
        let bytes = Kernel.link() + Kernel.address("2001:db8::7", prefix: 64)
        for index in bytes.indices {
            for value in [0, 1, 3, 0x7f, 0x80, 0xff] as [UInt8] {
                var other = bytes
                other[index] = value
                _ = try? RouteParser.parse(other.span)
            }
        }
    }

    @Test func `what the fuzz target has found is read without harm`() throws {
        let folder = URL(filePath: #filePath).deletingLastPathComponent().appending(
            path: "../Fuzz/Corpus/Route")
        let files = try FileManager.default.contentsOfDirectory(at: folder, includingPropertiesForKeys: nil)
        #expect(!files.isEmpty)
        for file in files { _ = try? RouteParser.parse([UInt8](try Data(contentsOf: file)).span) }
    }
}
