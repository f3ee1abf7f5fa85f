import Configuration
import Testing

@testable import Node

struct StartFingerprintTests {
    private static let service: LocalServiceConfiguration = {
        var service = LocalServiceConfiguration()
        service.id = "portal-0@a"
        service.run = ["/usr/bin/portal", "ab", "c"]
        service.user = "portal"
        service.environment = ["COLOUR": "red", "SECRET": "5c9e1bc4a7"]
        service.limits.descriptors = 1024
        service.watchdog = .seconds(2)
        return service
    }()

    private typealias Change = (inout LocalServiceConfiguration) -> Void

    @Test func `whatever decides how a process is started makes another fingerprint`() {
        let changes: [Change] = [
            { $0.run[0] = "/usr/bin/other" }, { $0.run = ["/usr/bin/portal", "a", "bc"] },
            { $0.run.append("") }, { $0.user = nil }, { $0.user = "other" },
            { ($0.user, $0.group) = (nil, "portal") }, { $0.group = "portal" }, { $0.directory = "portal" },
            { $0.environment["COLOUR"] = "green" }, { $0.environment["COLOUR"] = nil },
            { $0.environment = ["COLOUR": "5c9e1bc4a7", "SECRET": "red"] },
            { $0.limits.descriptors = nil }, { $0.limits.descriptors = 1025 },
            { ($0.limits.descriptors, $0.limits.memory) = (nil, 1024) }, { $0.limits.processes = 1024 },
            { $0.limits.coreFile = 0 }, { $0.watchdog = .zero }, { $0.watchdog = .milliseconds(2001) },
        ]
        let fingerprint = StartFingerprint(of: Self.service)
        for (number, change) in changes.enumerated() {
            var other = Self.service
            change(&other)
            #expect(!fingerprint.matches(other), "change \(number)")
            #expect(!other.startsProcess(like: Self.service), "change \(number)")
        }
    }

    @Test func `what is nothing to the process makes none`() {
        let changes: [Change] = [
            { $0.id = "portal-1@a" }, { $0.after = ["base@a"] }, { $0.readiness = .notify },
            { $0.startTimeout = .seconds(1) }, { $0.restart.delay = .seconds(7) },
            { $0.stop.grace = .seconds(7) },
        ]
        let fingerprint = StartFingerprint(of: Self.service)
        for (number, change) in changes.enumerated() {
            var other = Self.service
            change(&other)
            #expect(fingerprint.matches(other), "change \(number)")
            #expect(other.startsProcess(like: Self.service), "change \(number)")
        }
    }

    @Test func `the same settings are told in other digits each time, and nothing of them is seen`() throws {
        let (first, second) = (StartFingerprint(of: Self.service), StartFingerprint(of: Self.service))
        #expect(first.text != second.text)
        #expect(first.text.utf8.count == 96)
        let read = try #require(StartFingerprint(text: first.text[...]))
        #expect(read == first && read.matches(Self.service))
        for text in ["", "-", String(first.text.dropLast()), first.text + "0", "g" + first.text.dropFirst()] {
            #expect(StartFingerprint(text: text[...]) == nil, "\(text)")
        }
    }

    @Test func `a record comes back from its line, also from that of a manager without fingerprints`() throws
    {
        let fingerprint = StartFingerprint(of: Self.service)
        for known in [fingerprint, nil] {
            let record = ServiceRecord(
                identity: "portal-0@a", incarnation: 7, process: 4711, startTime: 99, group: 4711,
                isReady: true, fingerprint: known)
            #expect(ServiceRecord(line: record.line.dropLast()) == record)
        }
        let old = try #require(ServiceRecord(line: "portal-0@a 7 4711 99 4711 1"))
        #expect(old.isReady && old.fingerprint == nil)
        #expect(ServiceRecord(line: "portal-0@a 7 4711 99 4711") == nil)
        #expect(ServiceRecord(line: "portal-0@a 7 4711 99 4711 1 - -") == nil)
    }
}
