import Configuration
import Foundation
import Testing

@Suite
struct DocumentationTests {
    /// A text that has an unknown key in the section, and the heading under which that section is described.
    static let sections: [(text: String, heading: String)] = [
        ("?: 1", "Top level"),
        ("listeners: [{ ?: 1 }]", "listeners"),
        ("listeners: [{ proxy-protocol: { ?: 1 } }]", "listeners"),
        ("listeners: [{ redirect-to-https: { ?: 1 } }]", "listeners"),
        ("tls: { ?: 1 }", "tls"),
        ("tls: { certificates: [{ ?: 1 }] }", "tls"),
        ("tls: { ticket-keys: { ?: 1 } }", "tls"),
        ("tls: { session-cache: { ?: 1 } }", "tls"),
        ("affinity: { ?: 1 }", "affinity"),
        ("affinity: { cookie: { ?: 1 } }", "affinity"),
        ("affinity: { source: { ?: 1 } }", "affinity"),
        ("affinity: { table: { ?: 1 } }", "affinity"),
        ("services: { a: { ?: 1 } }", "services"),
        ("services: { a: { instances: [{ ?: 1 }] } }", "services"),
        ("services: { a: { instances: [{ notify: { ?: 1 } }] } }", "services"),
        ("services: { a: { health: { ?: 1 } } }", "services"),
        ("services: { a: { passive: { ?: 1 } } }", "services"),
        ("services: { a: { hold: { ?: 1 } } }", "services"),
        ("services: { a: { pool: { ?: 1 } } }", "services"),
        ("services: { a: { tls: { ?: 1 } } }", "services"),
        ("routes: [{ ?: 1 }]", "routes"),
        ("routes: [{ redirect: { ?: 1 } }]", "routes"),
        ("routes: [{ compress: { ?: 1 } }]", "routes"),
        ("routes: [{ request-fields: { ?: 1 } }]", "routes"),
        ("routes: [{ response-fields: { ?: 1 } }]", "routes"),
        ("local-services: { a@a: { ?: 1 } }", "local-services"),
        ("local-services: { a@a: { limits: { ?: 1 } } }", "local-services"),
        ("local-services: { a@a: { stop: { ?: 1 } } }", "local-services"),
        ("local-services: { a@a: { restart: { ?: 1 } } }", "local-services"),
        ("node-manager: { ?: 1 }", "node-manager"),
        ("resolver: { ?: 1 }", "resolver"),
        ("interfaces: { ?: 1 }", "interfaces"),
        ("timeouts: { ?: 1 }", "timeouts"),
        ("limits: { ?: 1 }", "limits"),
        ("http2: { ?: 1 }", "http2"),
        ("http2: { budgets: { ?: 1 } }", "http2"),
        ("http2: { budgets: { pings: { ?: 1 } } }", "http2"),
        ("access-log: { ?: 1 }", "access-log"),
        ("log: { ?: 1 }", "log"),
        ("administration: { ?: 1 }", "administration"),
    ]

    @Test(arguments: sections)
    func `every key is described under its section`(text: String, heading: String) throws {
        let problems = Reading.problems(text.replacing("?", with: "unheard-of"))
        let marker = "; known keys: "
        let report = try #require(problems.first { $0.contains(marker) })
        let keys = report.split(separator: marker)[1].split(separator: ", ")
        #expect(!keys.isEmpty)
        let page = try String(contentsOfFile: Repository.root + "/docs/configuration.md", encoding: .utf8)
        let chapter = try #require(page.split(separator: "\n## ").first { $0.hasPrefix("\(heading)\n") })
        for key in keys {
            #expect(
                chapter.contains("`\(key)`") || chapter.contains("`\(key): "),
                "\(key) is not under \(heading)")
        }
    }

    @Test
    func `every example in the description is read without a problem of its own`() throws {
        let page = try String(contentsOfFile: Repository.root + "/docs/configuration.md", encoding: .utf8)
        let examples = page.components(separatedBy: "```yaml\n").dropFirst().compactMap {
            $0.components(separatedBy: "```").first
        }
        #expect(examples.count >= 5)
        // An example is a part of a file: what it lacks is no problem of its own.
        let lacking = [
            "needs at least one", "needs certificates", "there is no service", "unknown key 'proxy-protocol'",
        ]
        for example in examples {
            let problems = Reading.problems(example).filter { problem in
                !lacking.contains(where: problem.contains)
            }
            #expect(problems.isEmpty, "\(example)")
        }
    }
}
