import Platform
import Testing

@testable import Proxy

/// When tunnels end in which too little happens. Times are in nanoseconds from an arbitrary beginning.
@Suite struct TunnelPatienceTests {
    private static let limits = TunnelPatience.Limits(idle: 1000, halfClosedIdle: 300, send: 100)

    private static func moment(_ nanoseconds: UInt64) -> MonotonicTime {
        MonotonicTime(nanoseconds: nanoseconds)
    }

    private static func output(_ sentBytes: UInt64? = nil) -> TunnelPatience.Output {
        .init(isWaiting: sentBytes != nil, sentBytes: sentBytes ?? 0)
    }

    /// When the tunnel ends, as of `now`.
    private func end(
        _ patience: inout TunnelPatience, _ now: UInt64, traffic: UInt64 = 0, client: UInt64? = nil,
        service: UInt64? = nil, isHalfClosed: Bool = false
    ) -> UInt64 {
        patience.deadline(
            traffic: traffic, client: Self.output(client), service: Self.output(service),
            isHalfClosed: isHalfClosed, limits: Self.limits, at: Self.moment(now)
        ).nanoseconds
    }

    @Test func `without traffic it ends at one time, however often it is asked`() {
        var patience = TunnelPatience(at: Self.moment(10))
        #expect(end(&patience, 10) == 1010)
        #expect(end(&patience, 500) == 1010)
    }

    @Test func `traffic in any direction prolongs it`() {
        var patience = TunnelPatience(at: Self.moment(0))
        #expect(end(&patience, 100, traffic: 1) == 1100)
        #expect(end(&patience, 200, traffic: 1) == 1100)
        #expect(end(&patience, 300, traffic: 5) == 1300)
    }

    @Test func `once a side has said all the other may not be silent for long`() {
        var patience = TunnelPatience(at: Self.moment(0))
        #expect(end(&patience, 50, traffic: 1) == 1050)
        #expect(end(&patience, 60, traffic: 1, isHalfClosed: true) == 350)
        #expect(end(&patience, 70, traffic: 2, isHalfClosed: true) == 370)
    }

    @Test func `a peer that takes nothing ends it, whatever the other direction does`() {
        var patience = TunnelPatience(at: Self.moment(0))
        #expect(end(&patience, 10, traffic: 1, client: 7) == 110)
        #expect(end(&patience, 50, traffic: 2, client: 7) == 110)
        #expect(end(&patience, 60, traffic: 3, client: 8) == 160)
        #expect(end(&patience, 70, traffic: 3) == 1060)
        #expect(end(&patience, 80, traffic: 3, service: 0) == 180)
        #expect(end(&patience, 90, traffic: 3, client: 9, service: 0) == 180)
    }

    @Test func `a peer that blocks again is given its time again`() {
        var patience = TunnelPatience(at: Self.moment(0))
        #expect(end(&patience, 0, service: 5) == 100)
        #expect(end(&patience, 20) == 1000)
        #expect(end(&patience, 90, service: 5) == 190)
    }
}
