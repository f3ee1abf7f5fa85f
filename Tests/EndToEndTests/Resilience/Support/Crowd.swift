internal import Platform
internal import Runtime
internal import TLS
internal import TestSupport

/// Many clients on one thread and one loop. The test's thread lets them live for as long as it waits for something.
final class Crowd {
    /// How many members may be on their way to their first answer at a time.
    private static let arrivalLimit = 64
    /// How often a condition is looked at while nothing happens.
    private static let glance = Duration.milliseconds(10)

    let loop: EventLoop
    /// Where they go.
    let address: SocketAddress
    /// The clients' TLS; nil where they speak without.
    let context: ClientContext?
    private(set) var members: [CrowdMember] = []
    private var waiting: [CrowdMember] = []
    private var arriving = 0
    private let alarm = Alarm()

    /// Clients of `endpoint`, an IPv4 one. They trust any certificate.
    init(of endpoint: Endpoint, secure: Bool) throws {
        loop = try EventLoop()
        address = .ip(IPAddress(v4: 0x7f00_0001), port: endpoint.port)
        var settings = ClientSettings()
        settings.verifiesServer = false
        context = secure ? try ClientContext(settings) : nil
        loop.attach(alarm)
    }

    deinit {
        for member in members { member.leave() }
        loop.detach(alarm)
    }

    /// Lets a client join; it comes when there is room for one more arrival.
    @discardableResult
    func add<Member: CrowdMember>(_ member: Member) -> Member {
        members.append(member)
        waiting.insert(member, at: 0)
        return member
    }

    /// Lets several clients join.
    @discardableResult
    func add<Member: CrowdMember>(_ count: Int, _ make: (Int) -> Member) -> [Member] {
        (0..<count).map { add(make($0)) }
    }

    /// Lets all members live until `condition` holds; false when the deadline came first.
    func live(until deadline: Deadline = Deadline(), _ condition: () throws -> Bool) throws -> Bool {
        while try !condition() {
            guard !deadline.isPast else { return false }
            while arriving < Self.arrivalLimit, let next = waiting.popLast() {
                arriving += 1
                next.isArriving = true
                next.begin()
            }
            loop.setTimer(alarm, at: .now + Self.glance)
            try loop.runOnce(waiting: true)
        }
        return true
    }

    /// Lets all members live while another thread does `work`.
    func live<Result: Sendable>(during work: @escaping @Sendable () throws -> Result) throws -> Result {
        let errand = try Errand(work)
        _ = try live(until: Deadline(in: .seconds(60))) { errand.isOver }
        return try errand.result()
    }

    /// A member has had its first answer, or its end.
    func hasArrived() {
        arriving -= 1
    }
}

/// Wakes a loop.
private final class Alarm: EventHandler {}
