internal import TestSupport
internal import Testing

/// The command line: what it checks, says and returns.
@Suite(.logOnFailure)
struct CommandTests {
    private func check(_ text: String) throws -> Command {
        let folder = try TemporaryFolder()
        return try Command.limpet("check", "-c", try folder.write(text, to: "limpet.yaml"))
    }

    private static let good = """
        listeners:
          - { address: "127.0.0.1:0", mode: plain }
        services:
          portal:
            instances:
              - { id: portal-1@a, address: "127.0.0.1:9" }
        routes:
          - { host: "*", path: /, service: portal }

        """

    @Test func `version says it and succeeds`() throws {
        let version = try Command.limpet("version")
        #expect(version.ending == .exited(0))
        #expect(version.output.contains { $0.isNumber })
    }

    @Test func `check accepts a good configuration`() throws {
        let checked = try check(Self.good)
        #expect(checked.ending == .exited(0), "\(checked.errors)")
    }

    @Test func `check names the place of an unknown key, and the key that was meant`() throws {
        let checked = try check(Self.good.replacing("instances:", with: "instnces:"))
        #expect(checked.ending == .exited(1))
        let said = checked.errors + checked.output
        #expect(said.contains("limpet.yaml:5:5"), "\(said)")
        #expect(said.contains("instances"), "\(said)")
    }

    @Test func `check says clearly that passthrough is not built yet`() throws {
        let checked = try check(Self.good.replacing("mode: plain", with: "mode: passthrough"))
        #expect(checked.ending == .exited(1))
        let said = checked.errors + checked.output
        #expect(said.contains("passthrough"), "\(said)")
        #expect(said.contains("limpet.yaml:2:"), "\(said)")
    }

    @Test func `check reports a certificate that is not there`() throws {
        let text =
            Self.good.replacing("mode: plain", with: "mode: terminate")
            + "tls: { certificates: [ { certificate: none.pem, key: none.key } ] }\n"
        let checked = try check(text)
        #expect(checked.ending == .exited(1))
        #expect((checked.errors + checked.output).contains("none.pem"))
    }

    /// A good configuration with two certificates, used for these names.
    private func twoCertificates(
        _ first: String, _ second: String
    ) throws -> (TemporaryFolder, file: String) {
        let folder = try TemporaryFolder()
        for name in ["one", "two"] { _ = try TestCertificate(in: folder, name: name) }
        let text =
            Self.good.replacing("mode: plain", with: "mode: terminate")
                + """
                tls:
                  certificates:
                    - { certificate: one.pem, key: one.key\(first) }
                    - { certificate: two.pem, key: two.key\(second) }
                """
        return (folder, try folder.write(text, to: "limpet.yaml"))
    }

    @Test(arguments: [
        (", names: [a.test, b.test]", ", names: [B.test, c.test]", ["b.test"]),
        (", names: [\"*.limpet.test\"]", "", ["*.limpet.test"]),
        (", names: [a.test, \"*.test\"]", ", names: [b.test, \"*.b.test\"]", []),
    ])
    func `check warns of a name that two certificates share, with both files`(
        first: String, second: String, shared: [String]
    ) throws {
        let (folder, file) = try twoCertificates(first, second)
        let checked = try Command.limpet("check", "-c", file)
        #expect(checked.ending == .exited(0), "\(checked.errors)")
        let (one, two) = (folder.file("one.pem"), folder.file("two.pem"))
        let sentences = shared.map { "'\($0)' is a name of \(one) and of \(two): the first one is used" }
        #expect(
            checked.output == sentences.map { "warning: \($0)\n" }.joined() + "\(file): fine\n",
            "\(checked.output)")
    }

    @Test func `the log warns of a name that two certificates share, after a start and a reload`() throws {
        let folder = try TemporaryFolder()
        for name in ["one", "two"] { _ = try TestCertificate(in: folder, name: name) }
        func section(_ names: String) -> String {
            "{ certificates: [{ certificate: one.pem, key: one.key, names: [a.test, b.test] }, "
                + "{ certificate: two.pem, key: two.key, names: [\(names)] }] }"
        }
        let upstream = try RecordingUpstream.answering()
        var configuration = GatewayConfiguration(
            upstreams: [upstream], sections: ["tls": section("b.test, c.test")])
        configuration.listeners = [.init(mode: "terminate")]
        try withGateway(configuration, folder: folder) { gateway in
            #expect(gateway.waitForLog("'b.test' is a name of \(folder.file("one.pem")) and of"))
            configuration.sections["tls"] = section("a.test, c.test")
            try gateway.reload(with: configuration)
            #expect(gateway.waitForLog("'a.test' is a name of \(folder.file("one.pem")) and of"))
            #expect(gateway.logLines.count { $0.contains("is a name of") } == 2)
        }
        upstream.stop()
    }

    @Test func `two certificates of one kind for the same names are refused, and both named`() throws {
        let (folder, file) = try twoCertificates("", "")
        for command in ["check", "run"] {
            let said = try Command.limpet(command, "-c", file)
            #expect(said.ending == .exited(1))
            #expect(
                said.errors.contains(folder.file("one.pem")) && said.errors.contains(folder.file("two.pem")),
                "\(said.errors)")
        }
    }

    @Test(arguments: [(nil, 1), ("short", 1), ("a secret of more than sixteen bytes", 0)])
    func `check reads the cookie's secret`(_ secret: String?, code: Int32) throws {
        let folder = try TemporaryFolder()
        if let secret { try folder.write(secret, to: "secret") }
        let text = Self.good + "affinity: { cookie: { name: portal, secret: secret } }\n"
        let checked = try Command.limpet("check", "-c", try folder.write(text, to: "limpet.yaml"))
        #expect(checked.ending == .exited(code), "\(checked.errors)")
        #expect((checked.errors + checked.output).contains("cookie's secret") == (code != 0))
    }

    @Test func `run refuses a bad configuration as check does`() throws {
        let folder = try TemporaryFolder()
        let file = try folder.write("listeners: 5\n", to: "limpet.yaml")
        let run = try Command.limpet("run", "-c", file)
        #expect(run.ending == .exited(1))
        #expect((run.errors + run.output).contains("limpet.yaml:1:"))
    }

    @Test func `run refuses an address that is taken, and says which`() throws {
        let taken = try Socket.listening()
        let folder = try TemporaryFolder()
        let text = Self.good.replacing("127.0.0.1:0", with: "127.0.0.1:\(taken.port)")
        let run = try Command.limpet("run", "-c", try folder.write(text, to: "limpet.yaml"))
        #expect(run.ending == .exited(1))
        #expect((run.errors + run.output).contains("\(taken.port)"))
    }

    @Test(arguments: [["run"], ["fly"], ["check", "--wings"]])
    func `a wrong command line ends with 64`(_ arguments: [String]) throws {
        let run = try Command(GatewayBinary.path, arguments)
        #expect(run.ending == .exited(64))
    }
}
