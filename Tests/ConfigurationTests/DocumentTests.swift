import Configuration
import Testing

@Suite
struct DocumentTests {
    @Test
    func `an empty file is refused`() {
        #expect(Reading.problems("") == ["1:1: the file is empty"])
        #expect(Reading.problems("# nothing but a comment\n") == ["1:1: the file is empty"])
    }

    @Test
    func `a file that is no mapping is refused`() {
        #expect(
            Reading.problems("- a\n- b").first
                == "1:1: the file must be a mapping of keys to values, not a list")
        #expect(
            Reading.problems("limpet").first
                == "1:1: the file must be a mapping of keys to values, not a single value")
    }

    @Test
    func `a second document is refused`() {
        #expect(
            Reading.problems("node: a\n---\nnode: b") == [
                "2:1: YAML: a second document begins here, where one is expected"
            ])
    }

    @Test
    func `broken YAML is refused where it breaks`() {
        #expect(
            Reading.problems("node: [a") == [
                "2:1: YAML: did not find expected ',' or ']' while parsing a flow sequence at 1:7"
            ])
        #expect(
            Reading.problems("node: \"a\nworkers: 1").first?.hasPrefix("2:11: YAML: found unexpected end")
                == true)
        #expect(
            Reading.problems("node: a\n  workers: 1").first?.hasPrefix("2:10: YAML: mapping values") == true)
    }

    @Test
    func `a tab is named as what it is`() {
        let problems = Reading.problems("log:\n\tlevel: info")
        #expect(problems.count == 1)
        #expect(problems.first?.hasPrefix("2:1: YAML: ") == true)
        #expect(problems.first?.hasSuffix("indent with spaces, not tabs") == true)
    }

    @Test
    func `a star without quotes is named as what it is`() {
        let problems = Reading.problems("routes:\n  - host: *\n    service: portal")
        #expect(problems.count == 1)
        #expect(problems.first?.hasPrefix("2:") == true)
        #expect(problems.first?.hasSuffix("a value that begins with * needs quotes") == true)
        let wildcard = Reading.problems("routes:\n  - host: *.example.com\n    service: portal")
        #expect(wildcard.first?.hasSuffix("a value that begins with * needs quotes") == true)
    }

    @Test
    func `control characters are refused where they stand`() {
        #expect(
            Reading.problems("node: a\nlog: \u{1}").first?.hasPrefix("2:6: YAML: control characters") == true)
        #expect(Reading.problems("node: a\0").first?.hasPrefix("1:8: YAML: control characters") == true)
        #expect(
            Reading.problems("node: \"a\\0b\"").contains(
                "1:7: 'node' must be 1 to 63 letters, digits, dots, hyphens or underscores, not 'a\\0b'"))
    }

    @Test
    func `a key that stands twice is refused`() {
        #expect(
            Reading.problems("node: a\nworkers: 1\nnode: b") == [
                "1:1: duplicate key: 'node' stands more than once in one mapping"
            ])
        #expect(
            Reading.problems("services:\n  a: {}\n  b: {}\n  a: {}") == [
                "2:3: duplicate key: 'a' stands more than once in one mapping"
            ])
        #expect(
            Reading.problems("log: { level: info, \"level\": info }") == [
                "1:8: duplicate key: 'level' stands more than once in one mapping"
            ])
    }

    @Test
    func `anchors and aliases are refused where they stand`() {
        let sentence = "anchors (&) and aliases (*) are not supported: write the value out"
        #expect(Reading.problems("node: &a b\nlog: { level: *a }").contains("1:7: \(sentence)"))
        #expect(Reading.problems("tls: &tls\n  epoch: 1").first?.hasSuffix(sentence) == true)
        #expect(Reading.problems("log: [&x 1]").first == "1:7: \(sentence)")
        #expect(Reading.problems("&k node: a").first?.hasSuffix(sentence) == true)
        #expect(
            Reading.problems("log: *nothing").first?.hasPrefix("1:6: YAML: found undefined alias") == true)
    }

    @Test(.timeLimit(.minutes(1)))
    func `aliases that would grow into gigabytes are refused at once`() {
        var lines = ["a0: &a0 [x, x, x, x, x, x, x, x, x]"]
        for level in 1...20 {
            let aliases = Array(repeating: "*a\(level - 1)", count: 9).joined(separator: ", ")
            lines.append("a\(level): &a\(level) [\(aliases)]")
        }
        // As a key they would be hashed, element by element.
        lines.append("? *a20\n: 1")
        let problems = Reading.problems(lines.joined(separator: "\n"))
        #expect(problems == ["1:5: anchors (&) and aliases (*) are not supported: write the value out"])
    }

    @Test
    func `stars and ampersands in comments and values are no aliases`() throws {
        let stars = (1...20).map { "# *star\($0)*\n" }.joined()
        _ = try Reading.value(stars + Reading.text(service: "health: { path: \"/h?a=1&b=*c\" }"))
    }

    @Test
    func `deep nesting is refused`() {
        func nested(_ levels: Int) -> String {
            "log: " + String(repeating: "[", count: levels) + String(repeating: "]", count: levels)
        }
        #expect(Reading.problems(nested(30)).contains { $0.contains("nesting") } == false)
        #expect(Reading.problems(nested(32)) == ["1:37: more than 32 levels of nesting"])
        #expect(Reading.problems(nested(900)) == ["1:37: more than 32 levels of nesting"])
        #expect(Reading.problems(nested(100_000)).count == 1)
        let block = String(repeating: "- ", count: 900) + "a"
        #expect(Reading.problems(block).count == 1)
        let endless = String(repeating: "- ", count: 300_000)
        #expect(Reading.problems(endless).count == 1)
        #expect(Reading.problems(String(repeating: "{a: ", count: 200_000)).count == 1)
        #expect(Reading.problems(String(repeating: "? ", count: 300_000)).count == 1)
    }

    @Test
    func `tags are refused`() {
        #expect(
            Reading.problems("node: !!binary aGVsbG8=") == [
                "1:7: tags ('tag:yaml.org,2002:binary') are not supported"
            ])
        #expect(
            Reading.problems("log: !custom { level: info }") == ["1:6: tags ('!custom') are not supported"])
    }

    @Test
    func `a file of more than a mebibyte is refused`() {
        let text = "#" + String(repeating: "x", count: 1 << 20)
        #expect(Reading.problems(text) == ["1:1: the file must have at most 1MiB"])
    }

    @Test
    func `keys that are no words are refused`() {
        #expect(Reading.problems("[a, b]: c").contains("1:1: a key in the file must be a word"))
        #expect(Reading.problems("log: { {a: b}: c }").contains("1:8: a key in 'log' must be a word"))
    }

    @Test
    func `a mark of byte order and other line ends are accepted`() throws {
        let text = Reading.text()
        #expect(try Reading.value("\u{feff}" + text) == Reading.value(text))
        #expect(
            try Reading.value(text.split(separator: "\n").joined(separator: "\r\n")) == Reading.value(text))
    }

    @Test
    func `columns count characters, not bytes`() {
        #expect(
            Reading.problems("# ä\nlog: { läval: 1 }").contains { $0.hasPrefix("2:8: unknown key 'läval'") })
        #expect(
            Reading.problems("log: { \"ä€😀\": 1, level: loud }").contains {
                $0.hasPrefix("1:25: 'level' must be")
            })
    }
}
