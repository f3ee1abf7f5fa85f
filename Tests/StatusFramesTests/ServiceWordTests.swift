import Testing

import StatusFrames

struct ServiceWordTests {
    @Test func `every assignment of sd_notify that concerns us is read`() {
        let word = ServiceWord(
            """
            READY=1
            STATUS=Accepting connections
            MAINPID=4711
            WATCHDOG=1
            WATCHDOG_USEC=2000000
            EXTEND_TIMEOUT_USEC=5000000
            X_UNKNOWN=1
            """)
        #expect(word.isReady && word.feedsWatchdog && !word.isReloading && !word.isStopping)
        #expect(word.status == "Accepting connections")
        #expect(word.mainProcess == 4711)
        #expect(word.watchdog == .seconds(2))
        #expect(word.extraTime == .seconds(5))
    }

    @Test(arguments: [
        "", "\n\n", "READY", "READY=0", "READY=11", "=", "STOPPING=yes", "WATCHDOG=2", "WATCHDOG_USEC=-1",
        "WATCHDOG_USEC=99999999999999999999", "EXTEND_TIMEOUT_USEC=soon", "MAINPID=1", "MAINPID=0",
        "MAINPID=-5",
        "MAINPID=99999999999", "ready=1",
    ])
    func `what makes no sense says nothing`(text: String) {
        #expect(ServiceWord(text) == ServiceWord(""))
    }

    @Test func `reload and readiness in one message are readiness`() {
        #expect(!ServiceWord("RELOADING=1\nREADY=1").isReloading)
        #expect(ServiceWord("RELOADING=1\nMONOTONIC_USEC=5").isReloading)
        #expect(ServiceWord("STOPPING=1").isStopping)
        #expect(ServiceWord("WATCHDOG=trigger").triggersWatchdog)
    }

    @Test func `a status is cut, and never brings a control character into a log`() {
        #expect(ServiceWord("STATUS=a\u{1b}[31mb\tc\u{85}").status == "a[31mbc")
        #expect(ServiceWord("STATUS=" + String(repeating: "é", count: 300)).status?.utf8.count == 200)
    }
}
