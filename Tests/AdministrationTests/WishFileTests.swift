import Balancing
import Monitoring
import Platform
import Testing

@testable import Administration

struct WishFileTests {
    private static let head = "limpet administrative state 1\n"
    private let clock = ClockPair(
        monotonic: MonotonicTime(nanoseconds: 5_000_000_000_000), milliseconds: 1_764_000_000_000)

    private func wish(_ state: AdministrativeState, deadline: Duration? = nil) -> AdministrativeWish {
        AdministrativeWish(
            state, since: clock.monotonic, deadline: deadline.map { clock.monotonic + $0 }, origin: .operator)
    }

    @Test func `what was written is read again`() throws {
        let wishes = [
            KeptWish(instance: "a@n", wish: wish(.disabled), configured: .ready),
            KeptWish(instance: "b@n", wish: wish(.draining, deadline: .seconds(90)), configured: .ready),
            KeptWish(instance: "c@n", wish: wish(.draining), configured: .disabled),
            KeptWish(instance: "d@n", wish: wish(.ready), configured: .draining),
        ]
        #expect(try WishFile.read(WishFile.write(wishes, clock: clock), clock: clock) == wishes)
        #expect(try WishFile.read(WishFile.write([], clock: clock), clock: clock).isEmpty)
    }

    @Test func `time goes on while no gateway runs, also over a new start of the machine`() throws {
        let text = WishFile.write(
            [KeptWish(instance: "a@n", wish: wish(.draining, deadline: .seconds(90)), configured: .ready)],
            clock: clock)
        // A minute later on the wall, and the machine has counted three seconds since it began.
        let later = ClockPair(
            monotonic: MonotonicTime(nanoseconds: 3_000_000_000), milliseconds: clock.milliseconds + 60_000)
        #expect(try WishFile.read(text, clock: later).first?.wish.deadline == later.monotonic + .seconds(30))
        let late = ClockPair(monotonic: later.monotonic, milliseconds: clock.milliseconds + 3_600_000)
        let deadline = try #require(try WishFile.read(text, clock: late).first?.wish.deadline)
        #expect(deadline <= late.monotonic)
    }

    @Test func `a wall clock that was set back makes no drain endless`() throws {
        let text = Self.head + "a@n draining 0 \(UInt64.max) ready\n"
        let deadline = try WishFile.read(text, clock: clock).first?.wish.deadline
        #expect(deadline == clock.monotonic + AdministrativeOrder.longestDrain)
    }

    @Test(arguments: [
        ("", 1), ("limpet administrative state 2\n", 1), ("limpet administrative state 1", 1),
        (head + "a@n disabled 5 - ready", 2), (head + "\n", 2), (head + "a@n disabled 5 -\n", 2),
        (head + "a@n disabled 5 - ready \n", 2), (head + "a@n disabled  5 - ready\n", 2),
        (head + "a@n disabled -5 - ready\n", 2), (head + "a@n disabled +5 - ready\n", 2),
        (head + "a@n disabled 5 6 ready\n", 2), (head + "a@n draining 5 x ready\n", 2),
        (head + "a@n draining 99999999999999999999 - ready\n", 2), (head + "a disabled 5 - ready\n", 2),
        (head + "@n disabled 5 - ready\n", 2), (head + "a@ disabled 5 - ready\n", 2),
        (head + "a@n@m disabled 5 - ready\n", 2), (head + "a@n Disabled 5 - ready\n", 2),
        (head + "a@n disabled 5 - gone\n", 2), (head + "a\u{7}@n disabled 5 - ready\n", 2),
        (head + "a@n disabled 5 - ready\r\n", 2),
        (head + "a@n disabled 5 - ready\na@n draining 5 - ready\n", 3),
        (head + "a@n disabled 5 - ready\nb@n disabled 5 - ready\nhalf a li", 4),
    ])
    func `a text that makes no sense is worthless as a whole`(text: String, line: Int) {
        #expect(throws: WishFile.Fault(line: line)) { try WishFile.read(text, clock: clock) }
    }
}
