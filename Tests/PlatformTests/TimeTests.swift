import Platform
import Testing

@Suite struct TimeTests {
    @Test func `the monotonic clock does not go back`() {
        let earlier = MonotonicTime.now
        #expect(MonotonicTime.now >= earlier)
    }

    @Test func `a duration is added in nanoseconds`() {
        #expect(MonotonicTime(nanoseconds: 5) + .milliseconds(2) == MonotonicTime(nanoseconds: 2_000_005))
    }

    @Test func `a negative duration adds nothing`() {
        #expect(MonotonicTime(nanoseconds: 5) + .seconds(-1) == MonotonicTime(nanoseconds: 5))
        #expect(MonotonicTime(nanoseconds: 5) + .nanoseconds(-1) == MonotonicTime(nanoseconds: 5))
    }

    @Test func `a sum saturates at the end of time`() {
        let last = MonotonicTime(nanoseconds: .max)
        #expect(last + .nanoseconds(1) == last)
        #expect(MonotonicTime(nanoseconds: 1) + .seconds(Int64.max) == last)
        #expect(last.advanced(byNanoseconds: .max) == last)
    }

    @Test func `a difference is never negative`() {
        let early = MonotonicTime(nanoseconds: 10)
        let late = MonotonicTime(nanoseconds: 30)
        #expect(late - early == .nanoseconds(20))
        #expect(early - late == .zero)
        #expect(early.nanoseconds(since: late) == 0)
    }

    @Test func `a difference saturates`() {
        let difference = MonotonicTime(nanoseconds: .max) - MonotonicTime(nanoseconds: 0)
        #expect(difference == .nanoseconds(Int64.max))
    }

    @Test(
        arguments: [
            (.zero, 0), (.seconds(1), 1_000_000_000), (.milliseconds(1500), 1_500_000_000),
            (.nanoseconds(1), 1),
            (Duration(secondsComponent: 0, attosecondsComponent: 999_999_999), 0), (.seconds(-1), 0),
            (.seconds(Int64.max), .max),
            (
                Duration(secondsComponent: 18_446_744_073, attosecondsComponent: 0),
                18_446_744_073_000_000_000
            ),
            (Duration(secondsComponent: 18_446_744_073, attosecondsComponent: 999_999_999_999_999_999), .max),
        ] as [(Duration, UInt64)])
    func `a duration in nanoseconds is clamped`(duration: Duration, nanoseconds: UInt64) {
        #expect(duration.clampedNanoseconds == nanoseconds)
    }

    @Test func `seconds since a later moment are none`() {
        #expect(WallTime(seconds: 5).seconds(since: WallTime(seconds: 9)) == 0)
        #expect(WallTime(seconds: 9).seconds(since: WallTime(seconds: 5)) == 4)
    }

    @Test func `the wall clock says the same in seconds and milliseconds`() {
        let before = WallTime.now.seconds
        let middle = WallTime.nowMilliseconds / 1000
        #expect(before <= middle)
        #expect(middle <= WallTime.now.seconds)
    }
}
