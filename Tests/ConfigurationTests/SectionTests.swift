import Configuration
import Testing

@Suite
struct SectionTests {
    @Test(arguments: [
        ("listners: []", "1:1: unknown key 'listners'; did you mean 'listeners'?"),
        ("Node: a", "1:1: unknown key 'Node'; did you mean 'node'?"),
        ("acess_log: {}", "1:1: unknown key 'acess_log'; did you mean 'access-log'?"),
        ("log: { lvel: info }", "1:8: unknown key 'lvel' in 'log'; did you mean 'level'?"),
        ("limits: { haed: 1KiB }", "1:11: unknown key 'haed' in 'limits'; did you mean 'head'?"),
        ("tls: { ticket_keys: {} }", "1:8: unknown key 'ticket_keys' in 'tls'; did you mean 'ticket-keys'?"),
        (
            "tls: { ticketLifetime: 1h }",
            "1:8: unknown key 'ticketLifetime' in 'tls'; did you mean 'ticket-lifetime'?"
        ),
        ("log: { colour: red }", "1:8: unknown key 'colour' in 'log'; known keys: level"),
        (
            "tls:\n  ticket-keys:\n    rotat: 1h",
            "3:5: unknown key 'rotat' in 'tls.ticket-keys'; did you mean 'rotate'?"
        ),
        (
            "services:\n  portal:\n    helth: {}",
            "3:5: unknown key 'helth' in 'services.portal'; did you mean 'health'?"
        ),
        (
            "routes:\n  - hosts: a",
            "2:5: unknown key 'hosts' in 'routes[0]'; did you mean 'host'?"
        ),
        ("log: { \"\\e[31m\": 1 }", "1:8: unknown key '\\u{1B}[31m' in 'log'; known keys: level"),
    ])
    func `an unknown key is refused and the nearest known one named`(text: String, problem: String) {
        #expect(Reading.problems(text).contains(problem), "\(Reading.problems(text))")
    }

    @Test(arguments: [
        ("log: info", "1:6: 'log' must be a mapping of keys to values, not a single value"),
        ("log: [info]", "1:6: 'log' must be a mapping of keys to values, not a list"),
        (
            "tls: { ticket-keys: 12h }",
            "1:21: 'tls.ticket-keys' must be a mapping of keys to values, not a single value"
        ),
        ("node: [a]", "1:7: 'node' must be a single value, not a list"),
        ("node: { a: b }", "1:7: 'node' must be a single value, not a mapping"),
        ("listeners: { a: b }", "1:12: 'listeners' must be a list, not a mapping"),
        ("listeners: a", "1:12: 'listeners' must be a list, not a single value"),
        ("listeners: [a]", "1:13: 'listeners[0]' must be a mapping of keys to values, not a single value"),
        ("services: [a]", "1:11: 'services' must be a mapping of keys to values, not a list"),
        ("services: { a: 1 }", "1:16: 'services.a' must be a mapping of keys to values, not a single value"),
        ("affinity: { by: { a: b } }", "1:17: 'by' must be a list, not a mapping"),
        ("affinity: { by: [[cookie]] }", "1:18: each entry of 'by' must be a single value, not a list"),
        ("node:", "1:6: 'node' has no value"),
        ("node: ~", "1:7: 'node' has no value"),
        ("node: null", "1:7: 'node' has no value"),
        ("affinity: { by: }", "1:17: 'by' has no value"),
        ("access-log:", "1:12: 'access-log' has no value"),
    ])
    func `a value of the wrong shape is refused`(text: String, problem: String) {
        #expect(Reading.problems(text).contains(problem), "\(Reading.problems(text))")
    }

    @Test
    func `a section without a value has its defaults`() throws {
        #expect(try Reading.value(Reading.text(rest: "timeouts:")).timeouts == TimeoutConfiguration())
        #expect(try Reading.value(Reading.text(rest: "limits: ~")).limits == LimitConfiguration())
    }

    @Test
    func `a single value may stand for a list of one`() throws {
        let configuration = try Reading.value(Reading.text(rest: "affinity: { by: source }"))
        #expect(configuration.affinity.by == [.source])
    }

    @Test
    func `lists that are too long are refused`() {
        let listeners = (1...65).map { "  - { address: 127.0.0.1:\($0), mode: plain }\n" }.joined()
        #expect(
            Reading.problems("listeners:\n\(listeners)").contains(
                "2:3: 'listeners' must have at most 64 entries, not 65"))
        let instances = (1...257).map { "{ id: i\($0)@a, address: 127.0.0.1:\($0) }" }.joined(separator: ", ")
        #expect(
            Reading.problems("services: { a: { instances: [\(instances)] } }").contains(
                "1:29: 'instances' must have at most 256 entries, not 257"))
        let prefixes = (0...256).map { "10.0.\($0 / 256).\($0 % 256)" }.joined(separator: ", ")
        #expect(
            Reading.problems("listeners:\n  - address: 127.0.0.1:1\n    trusted-proxies: [\(prefixes)]")
                .contains(
                    "3:22: 'trusted-proxies' must have at most 256 entries, not 257"))
    }
}
