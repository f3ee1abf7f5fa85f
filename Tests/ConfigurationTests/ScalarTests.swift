import Configuration
import Testing

@Suite
struct ScalarTests {
    private func head(_ text: String) throws -> Duration {
        try Reading.value(Reading.text(rest: "timeouts: { head: \(text) }")).timeouts.head
    }

    private func problem(_ rest: String) -> String? {
        // The fragment stands in line 14, behind the smallest configuration.
        let problems = Reading.problems(Reading.text(rest: rest))
        return problems.count == 1 ? problems.first : problems.joined(separator: "\n")
    }

    @Test
    func `durations have units`() throws {
        #expect(try head("250ms") == .milliseconds(250))
        #expect(try head("10s") == .seconds(10))
        #expect(try head("5m") == .seconds(300))
        #expect(try head("8h") == .seconds(28_800))
        #expect(try head("1d") == .seconds(86_400))
        #expect(try head("1h30m") == .seconds(5400))
        #expect(try head("1m1s1ms") == .milliseconds(61_001))
        #expect(try head("\"10s\"") == .seconds(10))
        #expect(try Reading.value(Reading.text(service: "drain: 0")).services.first?.drain == .zero)
        #expect(try Reading.value(Reading.text(service: "drain: 0s")).services.first?.drain == .zero)
    }

    @Test(arguments: [
        "abc", "10 s", "s", "1.5s", "10S", "10sec", "-1s", "1s1m", "1s1s", "1ms1s", "١s", "10s ms", "1e3s",
        "+1s",
    ])
    func `what is no duration is refused`(text: String) {
        #expect(
            problem("timeouts: { head: \(text) }")
                == "14:19: 'head' must be a duration such as 250ms, 10s, 5m or 8h, not '\(text)'")
    }

    @Test
    func `durations out of range are refused`() {
        #expect(problem("timeouts: { head: 30 }") == "14:19: 'head' must have a unit, such as 30s, not '30'")
        #expect(problem("timeouts: { head: 0 }") == "14:19: 'head' must be from 1ms to 1d, not '0'")
        #expect(problem("timeouts: { head: 25h }") == "14:19: 'head' must be from 1ms to 1d, not '25h'")
        let large = "9999999999999999999999d"
        #expect(
            problem("timeouts: { head: \(large) }") == "14:19: 'head' must be from 1ms to 1d, not '\(large)'")
        let larger = "9223372036854775807d"
        #expect(
            problem("timeouts: { head: \(larger) }")
                == "14:19: 'head' must be from 1ms to 1d, not '\(larger)'")
        #expect(
            problem("affinity: { lifetime: 1500ms }")
                == "14:23: 'lifetime' must be a whole number of seconds, not '1500ms'")
    }

    @Test
    func `sizes have binary units`() throws {
        func head(_ text: String) throws -> Int {
            try Reading.value(Reading.text(rest: "limits: { head: \(text) }")).limits.headBytes
        }
        #expect(try head("16384") == 16_384)
        #expect(try head("16384B") == 16_384)
        #expect(try head("16KiB") == 16_384)
        #expect(try head("1MiB") == 1_048_576)
        #expect(try Reading.value(Reading.text(rest: "limits: { body: 2GiB }")).limits.bodyBytes == 2 << 30)
    }

    @Test
    func `what is no size is refused`() {
        for text in ["16K", "16KB", "16 KiB", "KiB", "-1", "1.5MiB", "16kib", "٣"] {
            #expect(
                problem("limits: { head: \(text) }")
                    == "14:17: 'head' must be a size such as 512, 16KiB or 4MiB, not '\(text)'")
        }
        #expect(problem("limits: { head: 2MiB }") == "14:17: 'head' must be from 1KiB to 1MiB, not '2MiB'")
        for text in ["9223372036854775807GiB", "99999999999999999999"] {
            #expect(
                problem("limits: { head: \(text) }")
                    == "14:17: 'head' must be from 1KiB to 1MiB, not '\(text)'")
        }
    }

    @Test
    func `numbers are whole and within their range`() throws {
        #expect(try Reading.value(Reading.text(rest: "workers: 4")).workers == 4)
        #expect(try Reading.value(Reading.text(rest: "workers: \"4\"")).workers == 4)
        for text in ["0", "257", "-1", "99999999999999999999"] {
            #expect(problem("workers: \(text)") == "14:10: 'workers' must be from 1 to 256, not '\(text)'")
        }
        for text in ["auto", "1.5", "0x10", "1_000", "+1", "٤", "--1"] {
            #expect(problem("workers: \(text)") == "14:10: 'workers' must be a whole number, not '\(text)'")
        }
    }

    @Test
    func `truth is true or false`() throws {
        #expect(
            try Reading.value(Reading.text(listener: "redirect-to-https: false\n    mode: plain")).listeners[
                0
            ].redirect == nil)
        for text in ["yes", "on", "1", "True"] {
            #expect(
                Reading.problems(Reading.text(rest: "tls: { prefer-server-order: \(text) }"))
                    == ["14:29: 'prefer-server-order' must be true or false, not '\(text)'"])
        }
    }

    @Test
    func `words are those of the list`() {
        #expect(
            problem("log: { level: inof }")
                == "14:15: 'level' must be trace, debug, info, notice, warning, error or critical, not 'inof'; did you mean 'info'?"
        )
        #expect(
            problem("access-log: { format: xml }")
                == "14:23: 'format' must be json or combined, not 'xml'")
        #expect(
            problem("affinity: { by: [cookies] }")
                == "14:18: each entry of 'by' must be tls-session, client-certificate, cookie or source, not 'cookies'; did you mean 'cookie'?"
        )
    }

    @Test
    func `found text is cut and made safe to print`() {
        let long = String(repeating: "x", count: 200)
        let shown = String(repeating: "x", count: 48)
        #expect(problem("workers: \(long)") == "14:10: 'workers' must be a whole number, not '\(shown)…'")
        #expect(
            problem("workers: \"\\r\\n\\e[2J\"")
                == "14:10: 'workers' must be a whole number, not '\\r\\n\\u{1B}[2J'")
        #expect(problem("workers: \"\\u202e\"") == "14:10: 'workers' must be a whole number, not '\\u{202E}'")
    }
}
