import Platform
import Testing

@testable import Interfaces

/// A dialogue that expectations may speak with.
private final class Talk {
    private(set) var dialogue: RouteDialogue

    init(port: UInt32, after earlier: Talk? = nil) {
        dialogue = RouteDialogue(port: port, after: earlier?.dialogue)
    }

    var table: InterfaceTable { dialogue.table }
    var isComplete: Bool { dialogue.isComplete }
    var isAsking: Bool { dialogue.isAsking }

    func begin() -> [UInt8] { dialogue.begin() }
    func look(at links: [UInt32]) -> [UInt8] { dialogue.look(at: links) }
    func receive(_ messages: [RouteMessage]) -> RouteDialogue.Outcome { dialogue.receive(messages) }
}

@Suite struct RouteDialogueTests {
    private let eth0 = Link(index: 2, name: "eth0")
    private let port: UInt32 = 77

    private func address(_ text: String, on link: UInt32 = 2) throws -> LinkAddress {
        LinkAddress(link: link, address: try ip(text), prefixLength: 24)
    }

    /// The number of a request.
    private func sequence(_ request: [UInt8]?) throws -> UInt32 {
        let request = try #require(request)
        return request.span.native32(at: 8) ?? 0
    }

    private func kind(_ request: [UInt8]?) throws -> UInt16 {
        let request = try #require(request)
        return request.span.native16(at: 4) ?? 0
    }

    private func answers(
        _ sequence: UInt32, isInterrupted: Bool = false, _ contents: [RouteMessage.Content]
    ) -> [RouteMessage] {
        contents.map {
            RouteMessage(sequence: sequence, port: port, isInterrupted: isInterrupted, $0)
        }
    }

    /// Has a dialogue hear of everything.
    private func complete(
        _ dialogue: Talk, links: [Link], addresses: [LinkAddress], isInterrupted: Bool = false,
        beginning request: [UInt8]? = nil
    ) throws -> RouteDialogue.Outcome {
        let first = try sequence(request ?? dialogue.begin())
        let next = dialogue.receive(
            answers(first, isInterrupted: isInterrupted, links.map { .link($0) } + [.done(0)]))
        #expect(try kind(next.request) == 22)
        return dialogue.receive(
            answers(try sequence(next.request), addresses.map { .address($0) } + [.done(0)]))
    }

    @Test func `everything is asked for: links, then addresses`() throws {
        let dialogue = Talk(port: port)
        let request = dialogue.begin()
        #expect(try kind(request) == 18)
        let (length, flags) = (request.span.native32(at: 0), request.span.native16(at: 6))
        #expect(length == UInt32(request.count))
        #expect(flags == 0x301)
        let outcome = try complete(
            dialogue, links: [eth0], addresses: [address("192.0.2.1")], beginning: request)
        #expect(outcome.hasChanged && outcome.isFinished && outcome.request == nil)
        #expect(dialogue.isComplete && !dialogue.isAsking)
        #expect(dialogue.table.links == [eth0])
        #expect(dialogue.table.addresses == [try address("192.0.2.1")])
    }

    @Test func `notifications change what is known`() throws {
        let dialogue = Talk(port: port)
        _ = try complete(dialogue, links: [eth0], addresses: [address("192.0.2.1")])
        var down = eth0
        down.hasCarrier = false
        #expect(dialogue.receive([RouteMessage(sequence: 4, port: 900, .link(down))]).hasChanged)
        #expect(!dialogue.receive([RouteMessage(.link(down))]).hasChanged)
        #expect(dialogue.receive([RouteMessage(.addressGone(try address("192.0.2.1")))]).hasChanged)
        #expect(dialogue.table.links == [down])
        #expect(dialogue.table.addresses.isEmpty)
        #expect(dialogue.receive([RouteMessage(.linkGone(2))]).hasChanged)
        #expect(dialogue.table.links.isEmpty)
    }

    @Test func `a link that goes takes its addresses along`() throws {
        let dialogue = Talk(port: port)
        _ = try complete(dialogue, links: [eth0], addresses: [address("192.0.2.1")])
        _ = dialogue.receive([RouteMessage(.linkGone(2)), RouteMessage(.link(eth0))])
        #expect(dialogue.table.addresses.isEmpty)
    }

    @Test func `what changes while everything is told counts in the order in which it came`() throws {
        let dialogue = Talk(port: port)
        let first = try sequence(dialogue.begin())
        let next = dialogue.receive(answers(first, [.link(eth0), .done(0)]))
        let number = try sequence(next.request)
        let (one, two) = (try address("192.0.2.1"), try address("192.0.2.2"))
        _ = dialogue.receive(
            answers(number, [.address(one)]) + [RouteMessage(.addressGone(one)), RouteMessage(.address(two))]
                + answers(number, [.done(0)]))
        #expect(dialogue.table.addresses == [two])
    }

    @Test func `what is known stays until all has been told anew`() throws {
        let dialogue = Talk(port: port)
        _ = try complete(dialogue, links: [eth0], addresses: [])
        let next = Talk(port: 78, after: dialogue)
        #expect(next.isComplete && next.table.links == [eth0])
        _ = next.begin()
        #expect(next.table.links == [eth0])
    }

    @Test func `answers to others, and to questions of before, do not count`() throws {
        let dialogue = Talk(port: port)
        let number = try sequence(dialogue.begin())
        #expect(dialogue.receive(answers(number &- 1, [.link(eth0), .done(0)])) == .init())
        let foreign = RouteMessage(sequence: number, port: port + 1, .done(0))
        #expect(dialogue.receive([foreign]) == .init())
        #expect(dialogue.isAsking && !dialogue.isComplete)
        // When all has been told, nothing is an answer any more.
        _ = try complete(dialogue, links: [], addresses: [])
        #expect(dialogue.receive(answers(number + 2, [.link(eth0)])) == .init())
        #expect(dialogue.table.links.isEmpty)
    }

    @Test func `what has changed while it was told is asked for again, but not for ever`() throws {
        let dialogue = Talk(port: port)
        var request: [UInt8]? = dialogue.begin()
        var rounds = 0
        while let asked = request {
            rounds += 1
            request =
                try complete(
                    dialogue, links: [eth0], addresses: [], isInterrupted: true, beginning: asked
                ).request
            guard rounds < 100 else { break }
        }
        #expect(rounds == InterfaceLimits.repetitions + 1)
        #expect(dialogue.isComplete && dialogue.table.links == [eth0])
    }

    @Test func `single links are asked for beside all else, and their answers count like notifications`()
        throws
    {
        let dialogue = Talk(port: port)
        _ = try complete(dialogue, links: [eth0], addresses: [])
        let requests = dialogue.look(at: [2, 3])
        #expect(requests.count == 80)
        let (length, kind, flags) = (
            requests.span.native32(at: 40), requests.span.native16(at: 44), requests.span.native16(at: 46)
        )
        #expect(length == 40 && kind == 18 && flags == 1)
        let number = try sequence(requests)
        var down = eth0
        down.hasCarrier = false
        // Everything is asked for meanwhile.
        let request = dialogue.begin()
        let outcome = dialogue.receive(answers(number, [.link(down), .refused(19)]))
        #expect(outcome.hasChanged && outcome.haveLinksChanged && outcome.failure == nil)
        #expect(dialogue.table.links == [down] && dialogue.isAsking)
        _ = try complete(dialogue, links: [down], addresses: [], beginning: request)
        #expect(!dialogue.isAsking && dialogue.table.links == [down])
        // Not of the question before the last.
        _ = dialogue.look(at: [2])
        #expect(dialogue.receive(answers(number, [.link(eth0)])) == .init())
    }

    @Test func `a refusal, a loss and a failed end need another conversation`() throws {
        for content in [.refused(16), .done(4), .overrun] as [RouteMessage.Content] {
            let dialogue = Talk(port: port)
            let number = try sequence(dialogue.begin())
            #expect(dialogue.receive(answers(number, [content])).failure != nil, "\(content)")
        }
        let dialogue = Talk(port: port)
        _ = try complete(dialogue, links: [eth0], addresses: [])
        #expect(dialogue.receive([RouteMessage(.overrun)]).failure != nil)
    }

    @Test func `more links than are kept are told of, and not kept`() {
        var table = InterfaceTable()
        for index in 1...UInt32(InterfaceLimits.links) { table.apply(.link(Link(index: index, name: "l"))) }
        #expect(!table.isFull)
        let last = Link(index: UInt32(InterfaceLimits.links) + 1, name: "m")
        let hasChanged = table.apply(.link(last))
        #expect(!hasChanged)
        #expect(table.isFull && table.links.count == InterfaceLimits.links)
    }
}
